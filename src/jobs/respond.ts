import { type Answer, type Asked, askedIn, nothingAsked, withAsked } from '../report/asked.ts';
import { type Command, readCommand } from './respond/command.ts';
import type { AskedPullRequest, CheckRun, OwnComment, RespondPorts } from './respond/ports.ts';
import { findRun, rerunOf } from './respond/run.ts';
import { Unanswerable } from './respond/unanswerable.ts';

/** A comment as the event tells of it; its text is that of the moment when it was written. */
export interface CommandComment {
  readonly id: number;
  readonly body: string;
  readonly author: string;
  /** Whether an app wrote it. */
  readonly bot: boolean;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
}

export interface RespondRequest {
  readonly pullRequest: number;
  /** null: somebody with write permission asked for another run outside a comment. */
  readonly comment: CommandComment | null;
  /** Who asked, where it is not a comment's author. */
  readonly actor: string;
  readonly repositoryId: number;
  /** Paths of the workflow files whose runs may be run again. */
  readonly workflows: readonly string[];
  /** Whether Tare may write a comment where it has none. */
  readonly mayComment: boolean;
}

/** What became of a command. `reason`: one line that says what was done, or what was refused and why. */
export interface Responded {
  readonly responded: 'done' | 'refused' | 'ignored';
  readonly reason: string;
}

/**
 * Carries out the command of a comment on a pull request: runs its check again, or notes in Tare's comment what somebody accepts. No
 * code of the pull request is run or read here, and nothing is written for a person who may not write to the repository but a reaction.
 * Errors: those of the ports.
 */
export async function respond(request: RespondRequest, ports: RespondPorts): Promise<Responded> {
  const { comment } = request;
  if (comment === null) return byHand(request, ports);
  if (comment.bot) return ignored(`${quoted(comment.author)} is a bot`);
  const read = readCommand(comment.body);
  if (read.kind === 'none') return ignored('the comment holds no command');
  if (!(await ports.github.mayWrite(comment.author))) {
    await ports.github.react(comment.id, 'confused');
    return refused(`${quoted(comment.author)} may not write to this repository`);
  }
  try {
    if (read.kind === 'mistake') throw new Unanswerable(read.mistake);
    const done = await carryOut(read.command, { ...request, comment }, ports);
    await ports.github.react(comment.id, '+1');
    return { responded: 'done', reason: done };
  } catch (error) {
    if (!(error instanceof Unanswerable)) throw error;
    await answer({ kind: 'refused', by: comment.author, reason: error.message }, request, ports);
    await ports.github.react(comment.id, 'confused');
    return refused(error.message);
  }
}

type Asking = RespondRequest & { readonly comment: CommandComment };

async function carryOut(command: Command, request: Asking, ports: RespondPorts): Promise<string> {
  switch (command.name) {
    case 'help':
      await answer({ kind: 'help', by: request.comment.author, reason: '' }, request, ports);
      return 'the commands were listed';
    case 'accept':
      return accept(command, request, ports);
    case 'run':
      return runAgain(null, request, ports);
    case 'bench':
      return runAgain(command.filter, request, ports);
  }
}

async function byHand(request: RespondRequest, ports: RespondPorts): Promise<Responded> {
  try {
    return { responded: 'done', reason: await runAgain(null, request, ports) };
  } catch (error) {
    if (!(error instanceof Unanswerable)) throw error;
    return refused(error.message);
  }
}

async function runAgain(
  filter: string | null,
  request: RespondRequest,
  ports: RespondPorts,
): Promise<string> {
  const { pullRequest: number, comment, actor } = request;
  const { pull, run } = await checkOf(request, ports);
  const rerun = { ...rerunOf(run), comment: comment?.id ?? null, by: comment?.author ?? actor, filter };
  const note = (asked: Asked): Asked => ({ ...asked, rerun, answer: null });
  await stillAt(pull, request, ports);
  // The run reads its filter from the comment, so the comment comes first.
  if (!(await amend(note, pull, request, ports)) && filter !== null)
    throw new Unanswerable('Tare has no comment that could hold the filter');
  try {
    await ports.github.rerun(run.id, 'all');
  } catch (error) {
    await amend((asked) => ({ ...asked, rerun: null }), pull, request, ports);
    throw error;
  }
  const what = filter === null ? 'was started again' : `was started again for ${quoted(filter)}`;
  return `run ${run.id} of pull request #${number} at ${pull.headSha.slice(0, 10)} ${what}`;
}

async function accept(
  { case: name, reason }: Extract<Command, { name: 'accept' }>,
  request: Asking,
  ports: RespondPorts,
): Promise<string> {
  const { pull, run } = await checkOf(request, ports);
  const { id: comment, author: by } = request.comment;
  const [own] = await ports.github.ownComments(request.pullRequest);
  if (own?.reported === true && own.headSha !== pull.headSha)
    throw new Unanswerable(`the report is not of ${pull.headSha.slice(0, 10)} yet`);
  await stillAt(pull, request, ports);
  const add = (asked: Asked): Asked => {
    const others = asked.accepted.filter((each) => each.case !== name);
    return { ...asked, accepted: [...others, { comment, case: name, reason, by }], answer: null };
  };
  if (!(await amend(add, pull, request, ports)))
    throw new Unanswerable('Tare has no comment that could hold it; use a trailer or a label');
  const failed = run.conclusion === 'failure';
  if (failed) await ports.github.rerun(run.id, 'failed');
  const then = failed ? `, and run ${run.id} was started again` : '';
  return `${quoted(name)} was accepted at ${pull.headSha.slice(0, 10)}${then}`;
}

/** The pull request and the run that checked its head, which was there when the command was written. Errors: Unanswerable. */
async function checkOf(
  request: RespondRequest,
  { github }: RespondPorts,
): Promise<{ readonly pull: AskedPullRequest; readonly run: CheckRun }> {
  const pull = await github.pullRequest(request.pullRequest);
  if (!pull.open) throw new Unanswerable('the pull request is closed');
  const found: CheckRun[] = [];
  for (const workflow of request.workflows) found.push(...(await github.runs(workflow, pull.headSha)));
  const run = findRun(found, pull, {
    ...request,
    writtenAt: request.comment?.createdAt ?? null,
  });
  return { pull, run };
}

/** Errors: Unanswerable when somebody has pushed since. */
async function stillAt(
  { headSha }: AskedPullRequest,
  { pullRequest }: RespondRequest,
  { github }: RespondPorts,
): Promise<void> {
  const now = await github.pullRequest(pullRequest);
  if (now.headSha !== headSha || !now.open)
    throw new Unanswerable(
      `the pull request has moved on from ${headSha.slice(0, 10)} to ${now.headSha.slice(0, 10)}`,
    );
}

/** One line at the end of Tare's comment; none where it would need a comment that is not wanted. */
async function answer(given: Answer, request: RespondRequest, ports: RespondPorts): Promise<void> {
  const pull = await ports.github.pullRequest(request.pullRequest);
  await amend((asked) => ({ ...asked, answer: given }), pull, request, ports);
}

/** Changes what Tare's comment says was asked; false where there is none and none may be written. Errors: Unanswerable when it is full. */
async function amend(
  change: (asked: Asked) => Asked,
  { headSha }: AskedPullRequest,
  { pullRequest, mayComment }: RespondRequest,
  { github }: RespondPorts,
): Promise<boolean> {
  const [own] = await github.ownComments(pullRequest);
  if (own === undefined) {
    if (!mayComment) return false;
    const body = withAsked('Tare has not reported here yet.', change(nothingAsked(headSha)));
    if (body === null) throw full();
    await github.createComment(pullRequest, headSha, body);
    return true;
  }
  const body = withAsked(own.body, change(askedAt(own, headSha)));
  if (body === null) throw full();
  await github.editComment(own.id, body);
  return true;
}

/** What was asked on another head says nothing about this one. */
function askedAt({ body }: OwnComment, headSha: string): Asked {
  const asked = askedIn(body);
  return asked?.head === headSha ? asked : nothingAsked(headSha);
}

function full(): Unanswerable {
  return new Unanswerable('the comment is full of what was accepted; use a trailer or a label');
}

function refused(why: string): Responded {
  return { responded: 'refused', reason: `The command was refused: ${why}.` };
}

function ignored(why: string): Responded {
  return { responded: 'ignored', reason: `Nothing to do: ${why}.` };
}

function quoted(text: string): string {
  return JSON.stringify(text.slice(0, 100));
}
