import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { z } from 'zod';
import { isSystemError, messageOf, UserError } from '../../errors.ts';
import { HISTORY_SCHEMA, type HistoryRecord } from '../../measure/history-record.ts';
import type { Logger } from '../../ports.ts';
import type { Snapshot } from '../../process/git-snapshot.ts';
import type { HistoryFile, HistoryStore, ReadHistory, WriteOutcome } from '../history-store.ts';
import { type Branch, type BranchChange, BranchError, type BranchTip } from './branch.ts';
import { Collection, type ReadableFile, readable } from './collection.ts';
import { monthsToJoin, planCompaction } from './compaction.ts';
import { checkPublished, MARKER_FILE, pathOf, RECORDS_FOLDER } from './layout.ts';
import { type Attempt, type RaceOptions, race } from './race.ts';
import { encodeRecord, parseJson } from './record-codec.ts';

export interface DataBranchOptions {
  readonly branch: Branch;
  /** Fetches the branch's files into a folder that does not exist, absolute; null: there is no such branch. Errors: UserError. */
  readonly snapshot: (into: string) => Promise<Snapshot | null>;
  /** Absolute path of a directory for private, short-lived files. */
  readonly temporary: string;
  readonly logger: Pick<Logger, 'warning' | 'debug'>;
  readonly now: () => Date;
  readonly sleep: RaceOptions['sleep'];
  /** Default: the process's clock, and chance. */
  readonly time?: RaceOptions['time'];
  readonly random?: RaceOptions['random'];
}

/**
 * Keeps the history on a branch of the repository. Writers at the same time do not lose each other's records: each commits on
 * the tip that it read, and begins again when the branch moved. A branch that is no history of Tare's is never written.
 */
export function createDataBranch(options: DataBranchOptions): HistoryStore {
  const store = new DataBranch(options);
  return {
    read: () => store.read(),
    append: (records) => store.append(records),
    publish: (files, message) => store.publish(files, message),
    readFile: (path) => store.readFile(path),
    compact: () => store.compact(),
  };
}

/** What a change of the branch is made of, on a tip; empty: nothing is to do. */
type Changes = (tip: BranchTip | null) => Promise<readonly BranchChange[]>;

class DataBranch {
  readonly #options: DataBranchOptions;
  readonly #race: RaceOptions;
  /** The tip that was read or written last: what comes after it must descend from it. */
  #seen: string | null = null;
  /** Whether the branch's marker was read and is Tare's: it is not asked for again. */
  #isOurs = false;

  constructor(options: DataBranchOptions) {
    this.#options = options;
    const { branch, sleep } = options;
    const time = options.time ?? (() => performance.now() / 1000);
    this.#race = { branch, sleep, time, random: options.random ?? Math.random };
  }

  async read(): Promise<ReadHistory> {
    const collection = new Collection();
    const warnings: string[] = [];
    // Where there is no branch, all of it was read.
    let complete = true;
    try {
      await this.#withSnapshot(async (snapshot) => {
        const refusal = refusalOf(await markerOf(snapshot), this.#name);
        if (refusal !== null) {
          complete = false;
          warnings.push(`No history was read: ${refusal}.`);
          return;
        }
        const files = readable(await snapshot.files(RECORDS_FOLDER), collection.warn);
        for await (const [file, text] of snapshot.texts(files)) {
          if (text === null) collection.warn(file.path, 'it is not UTF-8');
          else collection.add(file, text);
        }
      });
    } catch (error) {
      if (!(error instanceof UserError || isSystemError(error))) throw error;
      complete = false;
      warnings.push(
        `The history on the branch ${this.#name} was not read, or not all of it: ${messageOf(error)}`,
      );
    }
    const read = collection.finish();
    return { ...read, warnings: [...warnings, ...read.warnings], complete };
  }

  async append(records: readonly HistoryRecord[]): Promise<WriteOutcome> {
    const files = new Map(records.map((record) => [pathOf(record), encodeRecord(record)]));
    const [first] = records;
    if (first === undefined) return { written: true, revision: this.#seen };
    const objects = this.#stored(files);
    const before = this.#seen;
    let isNew = false;
    const outcome = await this.#write(`Record ${first.commit.slice(0, 10)}`, async (tip) => {
      isNew ||= tip === null;
      const changes: BranchChange[] = [];
      for (const [path, object] of await objects())
        if (tip === null || !(await this.#options.branch.has(tip.commit, path)))
          changes.push({ path, object });
      return changes;
    });
    // Where the branch was there earlier in this job, the write has told that it went.
    if (outcome.written && isNew && before === null) this.#tellNew(records);
    return outcome;
  }

  /** A new branch is no wonder where main was never measured. */
  #tellNew(records: readonly HistoryRecord[]): void {
    const added = new Set(records.map(({ commit }) => commit));
    const parent = records.find((record) => record.parent !== null && !added.has(record.parent))?.parent;
    if (parent == null) return;
    this.#options.logger.warning(
      `The branch ${this.#name} was not there and was made, though main was measured before, at ${parent.slice(0, 10)}. Where somebody deleted it, its records and what the weekly reports left open are lost; where the history was only just switched on, this is how it begins.`,
    );
  }

  async publish(files: readonly HistoryFile[], message: string): Promise<WriteOutcome> {
    const texts = new Map(files.map(({ path, content }) => [checkPublished(path), content]));
    const objects = this.#stored(texts);
    return this.#write(message, async () =>
      [...(await objects())].map(([path, object]) => ({ path, object })),
    );
  }

  async readFile(path: string): Promise<string | null> {
    const { branch, logger } = this.#options;
    checkPublished(path);
    try {
      const tip = await branch.tip();
      return tip === null ? null : await branch.text(tip.commit, path);
    } catch (error) {
      if (!(error instanceof BranchError)) throw error;
      logger.warning(error.message);
      return null;
    }
  }

  async compact(): Promise<WriteOutcome> {
    return this.#write('Join the records of past months', async (tip) => {
      if (tip === null) return [];
      const plan = await this.#planCompaction(tip);
      const changes: BranchChange[] = plan.remove.map((path) => ({ path, object: null }));
      for (const [path, text] of plan.write)
        changes.push({ path, object: await this.#options.branch.store(text) });
      return changes;
    });
  }

  get #name(): string {
    return this.#options.branch.name;
  }

  async #planCompaction(tip: BranchTip) {
    const now = this.#options.now();
    const texts = new Map<string, string | null>();
    let listed: readonly ReadableFile[] = [];
    try {
      await this.#withSnapshot(async (snapshot) => {
        if (snapshot.commit !== tip.commit)
          throw new BranchError('The branch moved while it was read.', true);
        const all = readable(await snapshot.files(RECORDS_FOLDER), () => undefined);
        const files = [...monthsToJoin(all, now).values()].flat();
        listed = files;
        for await (const [{ path }, text] of snapshot.texts(files)) texts.set(path, text);
      });
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      throw new BranchError(error.message, false);
    }
    const read = async (path: string) => texts.get(path) ?? null;
    return planCompaction({ files: listed, read, now });
  }

  async #withSnapshot(work: (snapshot: Snapshot) => Promise<void>): Promise<void> {
    const { snapshot: fetch, temporary } = this.#options;
    const snapshot = await fetch(join(temporary, `tare-history-${randomUUID()}`));
    if (snapshot === null) return;
    try {
      this.#seen = snapshot.commit;
      await work(snapshot);
    } finally {
      await snapshot.remove();
    }
  }

  /** git's ids of texts by path; each text is sent once, however often the branch moves. */
  #stored(texts: ReadonlyMap<string, string>): () => Promise<ReadonlyMap<string, string>> {
    const objects = new Map<string, string>();
    return async () => {
      for (const [path, text] of texts)
        if (!objects.has(path)) objects.set(path, await this.#options.branch.store(text));
      return objects;
    };
  }

  async #write(message: string, changesOn: Changes): Promise<WriteOutcome> {
    const before = this.#seen;
    let on: string | null = null;
    try {
      const outcome = await race((tip) => {
        on = tip?.commit ?? null;
        return this.#try(tip, message, changesOn);
      }, this.#race);
      if (outcome.kind === 'refused') return { written: false, reason: outcome.reason };
      if (on !== before) await this.#tellRewrite(before, outcome.revision);
      this.#seen = outcome.revision ?? this.#seen;
      return { written: true, revision: outcome.revision };
    } catch (error) {
      if (!(error instanceof BranchError)) throw error;
      return { written: false, reason: error.message };
    }
  }

  async #try(tip: BranchTip | null, message: string, changesOn: Changes): Promise<Attempt> {
    const { branch } = this.#options;
    if (tip !== null && !this.#isOurs) {
      const refusal = refusalOf(await branch.text(tip.commit, MARKER_FILE), this.#name);
      if (refusal !== null) return { kind: 'refused', reason: refusal };
      this.#isOurs = true;
    }
    const changes = await changesOn(tip);
    if (changes.length === 0) return { kind: 'written', revision: tip?.commit ?? null };
    const first = tip === null ? [{ path: MARKER_FILE, object: await branch.store(MARKER) }] : [];
    const revision = await branch.commit(tip, [...first, ...changes], message);
    return revision === null ? { kind: 'lost' } : { kind: 'written', revision };
  }

  /** What somebody took off the branch is not ours to put back, and not to be passed over either. */
  async #tellRewrite(before: string | null, after: string | null): Promise<void> {
    const { branch, logger } = this.#options;
    if (before === null || after === null || before === after) return;
    try {
      if (await branch.descends(before, after)) return;
      logger.warning(
        `The branch ${branch.name} was rewritten or deleted while this job ran: its new tip does not descend from ${before}. Nothing of the new branch was overwritten. \`git push origin ${before}:refs/heads/${branch.name}-old\` keeps the old one.`,
      );
    } catch (error) {
      if (!(error instanceof BranchError)) throw error;
      logger.debug(error.message);
    }
  }
}

const MARKER = `${JSON.stringify({
  schema: HISTORY_SCHEMA,
  what: 'The history of Tare: one file per measurement under runs/, and what is rendered from them. Written by Tare only.',
})}\n`;
const markerSchema = z.looseObject({ schema: z.number().int().positive(), what: z.string() });

async function markerOf(snapshot: Snapshot): Promise<string | null> {
  const [marker] = await snapshot.files(MARKER_FILE);
  if (marker?.bytes == null || marker.bytes > 10_000) return null;
  for await (const [, text] of snapshot.texts([marker])) return text;
  return null;
}

/** Why a branch is not to be used; null: it may be. `text`: of its marker. */
function refusalOf(text: string | null, name: string): string | null {
  const marker = markerSchema.safeParse(text === null ? undefined : parseJson(text));
  if (!marker.success) {
    return `the branch ${name} holds no ${MARKER_FILE} of Tare's, so it is something else or was damaged: name another branch under [history] in tare.toml, or restore or delete this one`;
  }
  if (marker.data.schema <= HISTORY_SCHEMA) return null;
  return `the branch ${name} was made by a newer Tare (schema ${marker.data.schema}, this version writes ${HISTORY_SCHEMA}): update Tare`;
}
