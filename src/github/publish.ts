import type { Inputs } from '../config/inputs.ts';
import { insideRepository, loadConfig } from '../config/load.ts';
import { UserError } from '../errors.ts';
import type { ChangeSource } from '../jobs/history/changes.ts';
import type { PublishGitHub } from '../jobs/publish/ports.ts';
import { type Published, publish } from '../jobs/publish.ts';
import type { Logger } from '../ports.ts';
import type { BaselineStore } from '../store/baseline.ts';
import { downloadArtifact, listArtifacts } from './artifact.ts';
import { changesOf } from './changes.ts';
import { type Client, createClient } from './client.ts';
import { commentName } from './comment-marker.ts';
import { findMergeBase, readChangedFiles, readCommit, walkFirstParents } from './commits.ts';
import { filesAt } from './contents.ts';
import type { RunContext } from './context.ts';
import { type GitHub, GitHubError } from './github.ts';
import { publishReport } from './publisher.ts';
import { openPullRequests } from './workflow-run.ts';

export interface PublishParts {
  readonly inputs: Inputs;
  readonly context: RunContext;
  /** null without a token. */
  readonly github: GitHub | null;
  readonly store: BaselineStore;
  readonly logger: Logger;
  readonly sleep: (seconds: number) => Promise<void>;
  readonly setOutput: (name: 'comment-url' | 'verdict', value: string) => void;
}

/** Limit for one try of a request, a download included. */
const TIMEOUT_SECONDS = 30;

/**
 * Publishes the data of the run whose end is this event. Nothing of the workspace is read: the configuration comes from the
 * default branch by GitHub's API. Errors: UserError, also for what GitHub refuses.
 */
export async function publishRun(parts: PublishParts): Promise<Published> {
  try {
    return await publishWith(parts);
  } catch (error) {
    // To publish is all that this job is for: a missing permission must not pass as success.
    if (error instanceof GitHubError) throw new UserError(error.message);
    throw error;
  }
}

async function publishWith(parts: PublishParts): Promise<Published> {
  const { inputs, context, github, logger, sleep } = parts;
  const { workflowRun: run, repositoryId, defaultBranch } = context;
  if (run === null || repositoryId === null || defaultBranch === null) {
    throw new UserError(
      'The event names no workflow run, so there is nothing to publish. Use "on: workflow_run".',
    );
  }
  if (context.ref !== `refs/heads/${defaultBranch}`) {
    throw new UserError(`Publishing belongs to ${defaultBranch}, and this run is of ${context.ref}.`);
  }
  if (github === null || inputs.token === null) {
    throw new UserError('The input "token" is empty: publishing needs one; leave it out for the job\'s own.');
  }
  const { apiUrl, owner, repository: repo, repositoryUrl } = context;
  const repository = { owner, repo };
  const client = createClient({
    token: inputs.token,
    apiUrl,
    logger,
    sleep,
    timeoutSeconds: TIMEOUT_SECONDS,
  });
  const { workspace } = context;
  const project = insideRepository(workspace, inputs.workingDirectory, 'input "working-directory"');
  const name = commentName(project, inputs.overrides.configurations);
  const { workflows, artifact } = inputs.publish;
  return publish(
    { run, repositoryId, workflows, artifact, project },
    {
      logger,
      github: reading(client, repository),
      changes: changesOf(github, NO_CLONE, logger),
      store: parts.store,
      temporary: context.temporary,
      loadConfig: () =>
        loadConfig({
          root: workspace,
          directory: inputs.workingDirectory,
          file: inputs.config,
          overrides: inputs.overrides,
          readFile: filesAt(client, repository, context.sha),
        }),
      publish: (publication) =>
        publishReport(publication, {
          github,
          client,
          repository,
          repositoryUrl,
          run,
          name,
          inputs: inputs.publish,
          logger,
          setOutput: parts.setOutput,
        }),
    },
  );
}

/** Stage two has no clone: GitHub tells everything. */
const NO_CLONE: ChangeSource = {
  commits: async () => null,
  pullRequestOf: async () => null,
  labelledBy: async () => null,
  commandsOf: async () => null,
};

function reading(client: Client, repository: { owner: string; repo: string }): PublishGitHub {
  const ports = { client, repository };
  return {
    openPullRequests: (owner, branch) => openPullRequests(client, repository, { owner, branch }),
    artifacts: (runId, name) => listArtifacts(client, repository, { runId, name }),
    download: (id, maxBytes) => downloadArtifact(client, repository, { id, maxBytes }),
    commit: (sha) => readCommit(ports, sha),
    mergeBase: (base, head) => findMergeBase(ports, base, head),
    firstParents: (sha, limit) => walkFirstParents(ports, sha, limit),
    changedFiles: (base, head) => readChangedFiles(ports, base, head),
  };
}
