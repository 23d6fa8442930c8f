import { createClient } from '../../src/github/client.ts';
import { createBranch } from '../../src/github/data-branch.ts';
import { createDataBranch } from '../../src/store/history/data-branch.ts';
import type { HistoryStore } from '../../src/store/history-store.ts';
import { recordOf } from '../store/history/records.ts';
import { recordingLogger } from './recording-logger.ts';

export interface WriterOptions {
  readonly apiUrl: string;
  readonly token: string;
  readonly owner: string;
  readonly repository: string;
  /** Called after each answer, with how many there were. */
  readonly afterAnswer?: (answers: number) => void;
}

/** A job's store on the data branch, without a checkout: it can write only. */
export function historyWriter(options: WriterOptions): HistoryStore {
  // Waits are real, so that the writers take turns. The clock is slow: here they also wait for each other's processor time.
  const sleep = (seconds: number) => new Promise<void>((done) => setTimeout(done, seconds * 1000));
  const time = () => performance.now() / 4000;
  const { apiUrl, token } = options;
  const client = createClient({
    token,
    apiUrl,
    logger: recordingLogger(),
    sleep: (seconds) => sleep(seconds / 4),
    timeoutSeconds: 60,
  });
  let answers = 0;
  const counted: typeof client = {
    apiUrl,
    send: async (request) => {
      const answer = await client.send(request);
      answers += 1;
      options.afterAnswer?.(answers);
      return answer;
    },
  };
  const repository = { owner: options.owner, repo: options.repository };
  return createDataBranch({
    branch: createBranch({ client: counted, repository }, 'tare-data'),
    snapshot: async () => null,
    temporary: '',
    logger: recordingLogger(),
    now: () => new Date(),
    sleep,
    time,
  });
}

/** Run as a program: `API TOKEN OWNER REPOSITORY NUMBER ANSWERS` appends a record and kills itself after so many answers. */
const [, program, apiUrl, token, owner, repository, number, dieAfter] = process.argv;
if (program?.endsWith('history-writer.ts') && apiUrl && token && owner && repository) {
  const afterAnswer = (answers: number) => {
    if (answers === Number(dieAfter)) process.kill(process.pid, 'SIGKILL');
  };
  await historyWriter({ apiUrl, token, owner, repository, afterAnswer }).append([recordOf(Number(number))]);
}
