import type { WorkflowRun } from '../../github/workflow-run.ts';
import {
  MAX_REPORT_DATA_BYTES,
  REPORT_DATA_FILE,
  REPORT_DATA_SCHEMA,
  type ReportData,
  reportDataSchema,
} from '../../measure/report-data.ts';
import { NotPublished, quoted } from './not-published.ts';
import type { PublishGitHub } from './ports.ts';
import { readOnlyEntry, ZipRefused } from './zip.ts';

/** Most bytes of an artifact's archive. */
export const MAX_ARTIFACT_BYTES = 8 * 1024 * 1024;

/**
 * The data that a run left as an artifact. Sizes are checked before the download, during it and before unpacking; the archive
 * never leaves memory. Errors: NotPublished.
 */
export async function fetchData(run: WorkflowRun, name: string, github: PublishGitHub): Promise<ReportData> {
  const found = await github.artifacts(run.id, name);
  const artifact = found.find(({ expired }) => !expired);
  if (artifact === undefined) {
    const what = found.length === 0 ? 'left no artifact' : 'left only an expired artifact';
    throw new NotPublished('notice', `run ${run.id} ${what} ${quoted(name)}`);
  }
  const { id, bytes, runId, repositoryId } = artifact;
  if ((runId ?? run.id) !== run.id || (repositoryId ?? run.repositoryId) !== run.repositoryId) {
    throw new NotPublished('warning', `artifact ${id} is of another run than ${run.id}`);
  }
  const large = `artifact ${id} is larger than ${MAX_ARTIFACT_BYTES} bytes`;
  if (bytes > MAX_ARTIFACT_BYTES) throw new NotPublished('warning', large);
  const archive = await github.download(id, MAX_ARTIFACT_BYTES);
  if (archive === null) throw new NotPublished('warning', large);
  return parseData(unpack(archive, id), id);
}

function unpack(archive: Uint8Array, id: number): Uint8Array {
  try {
    return readOnlyEntry(archive, REPORT_DATA_FILE, MAX_REPORT_DATA_BYTES);
  } catch (error) {
    if (!(error instanceof ZipRefused)) throw error;
    throw new NotPublished('warning', `artifact ${id}: ${error.message}`);
  }
}

function parseData(content: Uint8Array, id: number): ReportData {
  const document = json(content, id);
  const parsed = reportDataSchema.safeParse(document);
  if (parsed.success) return withoutRepeats(parsed.data, id);
  const version = versionOf(document);
  if (version !== null && version > REPORT_DATA_SCHEMA) {
    throw new NotPublished(
      'warning',
      `artifact ${id} has schema ${version}, and this version of Tare reads schema ${REPORT_DATA_SCHEMA}; use one version in both workflows`,
    );
  }
  const issue = parsed.error.issues[0];
  const where = issue === undefined || issue.path.length === 0 ? '' : ` at ${quoted(issue.path.join('.'))}`;
  throw new NotPublished(
    'warning',
    `artifact ${id}: ${REPORT_DATA_FILE} does not fit its schema${where}: ${quoted(issue?.message ?? '')}`,
  );
}

function json(content: Uint8Array, id: number): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(content));
  } catch {
    throw new NotPublished('warning', `artifact ${id}: ${REPORT_DATA_FILE} is not JSON in UTF-8`);
  }
}

function versionOf(document: unknown): number | null {
  if (typeof document !== 'object' || document === null || !('schema' in document)) return null;
  return typeof document.schema === 'number' ? document.schema : null;
}

/** Of two of the same name nobody could say which one counts. */
function withoutRepeats(data: ReportData, id: number): ReportData {
  for (const { configuration, bench } of data.configurations) {
    const repeated = repeatedOf([...(bench?.cases ?? []), ...(bench?.counts ?? [])].map((each) => each.case));
    if (repeated !== null) {
      throw new NotPublished(
        'warning',
        `artifact ${id} names ${quoted(repeated)} of the configuration ${quoted(configuration)} twice`,
      );
    }
  }
  const repeated = repeatedOf(data.configurations.map(({ configuration }) => configuration));
  if (repeated === null) return data;
  throw new NotPublished('warning', `artifact ${id} names the configuration ${quoted(repeated)} twice`);
}

function repeatedOf(names: readonly string[]): string | null {
  const seen = new Set<string>();
  for (const name of names) {
    if (seen.has(name)) return name;
    seen.add(name);
  }
  return null;
}
