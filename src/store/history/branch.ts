/** The tip of a branch. */
export interface BranchTip {
  /** Full SHA of the commit. */
  readonly commit: string;
  /** git's id of its root folder. */
  readonly tree: string;
}

/** `object`: git's id of the content; null removes the file. */
export interface BranchChange {
  readonly path: string;
  readonly object: string | null;
}

/** A branch on the repository's host, written without a clone. Errors: every method throws BranchError. */
export interface Branch {
  /** Without `refs/heads/`. */
  readonly name: string;
  /** null: there is no such branch. */
  tip(): Promise<BranchTip | null>;
  /** The text of a file at a commit, at most 100 MB; null: there is none. */
  text(commit: string, path: string): Promise<string | null>;
  /** Whether there is anything of that path at a commit. */
  has(commit: string, path: string): Promise<boolean>;
  /** Stores a text and gives git's id of it; it belongs to no commit yet. */
  store(text: string): Promise<string>;
  /**
   * Commits changes on a tip, or as a first commit without one, and moves the branch there without force. The commit's SHA, which
   * is the tip's where the changes change nothing; null when another writer moved, made or deleted the branch.
   */
  commit(tip: BranchTip | null, changes: readonly BranchChange[], message: string): Promise<string | null>;
  /** Whether `later` is `earlier` or a descendant of it. */
  descends(earlier: string, later: string): Promise<boolean>;
}

/** The host refused or did not answer. `message`: one line with what was tried, the answer, and what to do. */
export class BranchError extends Error {
  override readonly name = 'BranchError';
  /** Whether it may be carried out, or was, when it is tried again. */
  readonly passing: boolean;

  constructor(message: string, passing: boolean) {
    super(message);
    this.passing = passing;
  }
}
