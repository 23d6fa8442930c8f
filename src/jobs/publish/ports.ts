import type { GateFailure } from '../../compare/gate.ts';
import type { Config } from '../../config/config.ts';
import type { Artifact } from '../../github/artifact.ts';
import type { OpenPullRequest } from '../../github/workflow-run.ts';
import type { Logger } from '../../ports.ts';
import type { Report } from '../../report/report.ts';
import type { BaselineStore } from '../../store/baseline.ts';
import type { ChangeSource } from '../history/changes.ts';

/** What publishing asks of GitHub. Errors: every method throws what its implementation says. */
export interface PublishGitHub {
  /** The open pull requests of `owner`'s branch. */
  openPullRequests(owner: string, branch: string): Promise<readonly OpenPullRequest[]>;
  /** The run's artifacts of that name, the newest first. */
  artifacts(runId: string, name: string): Promise<readonly Artifact[]>;
  /** An artifact's archive; null when it turns out to be larger than `maxBytes`. */
  download(artifactId: number, maxBytes: number): Promise<Uint8Array | null>;
  /** A commit and its parents in order; null when there is none. */
  commit(sha: string): Promise<{ readonly sha: string; readonly parents: readonly string[] } | null>;
  /** The merge base of two revisions (branch names or SHAs): full SHA. */
  mergeBase(base: string, head: string): Promise<string>;
  /** `sha` and up to `limit` of its first-parent ancestors, nearest first. */
  firstParents(sha: string, limit: number): Promise<readonly string[]>;
  /** Paths that differ between the merge base of two commits and the second of them. */
  changedFiles(base: string, head: string): Promise<readonly string[]>;
}

/** What is published: the report, and where. */
export interface Publication {
  readonly report: Report;
  readonly gate: readonly GateFailure[];
  readonly pullRequest: OpenPullRequest;
  /** Whether a comment is wanted. */
  readonly comment: boolean;
}

/** Everything that publishing reaches the world through. It runs no program of anybody's. */
export interface PublishPorts {
  readonly logger: Logger;
  readonly github: PublishGitHub;
  /** What was accepted, as GitHub tells it. */
  readonly changes: ChangeSource;
  /** Main's baselines: the store may only see the default branch's. */
  readonly store: BaselineStore;
  /** The default branch's configuration. */
  readonly loadConfig: () => Promise<Config>;
  /** Writes the comment and the status. */
  readonly publish: (publication: Publication) => Promise<void>;
  /** Absolute path of a directory for private, short-lived files: main's baseline, and nothing of the pull request's. */
  readonly temporary: string;
}
