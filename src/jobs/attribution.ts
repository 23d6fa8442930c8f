import type { Comparison } from '../compare/comparison.ts';
import type { Config } from '../config/config.ts';
import { BuildError, messageOf, UserError } from '../errors.ts';
import { type Attribution, SECTION_GROUPS } from '../measure/attribution.ts';
import type { BuiltPackage, Measurement } from '../measure/measurement.ts';
import {
  attributeByMap,
  attributeBySections,
  attributeBySymbols,
  CannotAttribute,
  type Subject,
  withoutFunctions,
} from '../measure/size/attribution/attribute.ts';
import { UnreadableProgram } from '../measure/size/unreadable.ts';
import type { BuildRequest, BuiltProgram, Relink, Toolchain } from '../toolchain/toolchain.ts';
import type { Measured } from './measure.ts';
import type { JobPorts } from './ports.ts';
import { isOfTheSystem } from './status.ts';

export interface AttributionRequest {
  readonly build: BuildRequest;
  readonly toolchain: Toolchain;
  readonly packages: readonly BuiltPackage[];
  /** By case, `size rg`. */
  readonly programs: ReadonlyMap<string, BuiltProgram>;
}

export interface Attributed {
  readonly attributions: Attribution[];
  /** One line for each program that could not even be read. */
  readonly warnings: string[];
}

/** Most rows of all programs of a measurement together, so that an entry stays small. */
const MAX_ROWS = 150_000;
/** Most characters of all of them as JSON: a stored document has a limit, and names may be long. */
const MAX_JSON_LENGTH = 30_000_000;

/** Names the bytes of the programs of `cases`; left out: of all. What cannot be is a warning, never an error. */
export async function attributePrograms(
  request: AttributionRequest,
  ports: JobPorts,
  cases?: ReadonlySet<string>,
): Promise<Attributed> {
  const wanted = [...request.programs].filter(([name]) => cases?.has(name) ?? true);
  const attributed: Attributed = { attributions: [], warnings: [] };
  if (wanted.length === 0) return attributed;
  const packages = new Set(request.packages.map(({ name }) => name.replaceAll('-', '_')));
  // By all programs, so that base and head are cut alike whichever of them are asked for.
  const all = request.programs.size;
  const maxRows = Math.floor(MAX_ROWS / all);
  for (const [name, program] of wanted) {
    // No group of its own: GitHub's do not nest, and this runs inside that of a build.
    ports.logger.progress(`naming the bytes of ${program.name}`);
    const subject = { case: name, path: program.path, packages, maxRows };
    try {
      const attribution = await named(subject, program, request, ports);
      if (attribution.fallback !== null)
        ports.logger.info(`${name}: named by ${attribution.method}, since ${attribution.fallback}`);
      attributed.attributions.push(fitting(attribution, MAX_JSON_LENGTH / all));
    } catch (error) {
      if (!isExpected(error)) throw error;
      attributed.warnings.push(`${name}: its bytes are not named: ${messageOf(error)}`);
    }
  }
  return attributed;
}

/** The best that is possible: by the link map, else by symbols, else by sections. */
async function named(
  subject: Subject,
  program: BuiltProgram,
  request: AttributionRequest,
  ports: JobPorts,
): Promise<Attribution> {
  const reasons: string[] = [];
  const because = (): string => reasons.join('; ').slice(0, 1000);
  const step = async (work: () => Promise<Attribution>): Promise<Attribution | null> => {
    try {
      return await work();
    } catch (error) {
      if (!isExpected(error)) throw error;
      ports.logger.debug(`${subject.case}: ${messageOf(error)}`);
      reasons.push(messageOf(error).replace(/\s+/g, ' '));
      return null;
    }
  };
  const byMap = await step(async () => {
    const { map } = await relinked('map', program, request);
    return attributeByMap(subject, map ?? '');
  });
  if (byMap !== null) return byMap;
  const told = because();
  const bySymbols =
    (await step(async () => attributeBySymbols(subject, subject.path, told))) ??
    (await step(async () => {
      const { program: twin } = await relinked('symbols', program, request);
      return attributeBySymbols(subject, twin, told);
    }));
  return bySymbols ?? attributeBySections(subject, because());
}

async function relinked(
  how: Relink,
  program: BuiltProgram,
  { toolchain, build }: AttributionRequest,
): Promise<{ readonly program: string; readonly map: string | null }> {
  const made = await toolchain.relink?.(build, program, how);
  if (made?.kind === 'made') return made;
  throw new CannotAttribute(made?.reason ?? `${toolchain.name} programs are not linked again`);
}

function fitting(attribution: Attribution, limit: number): Attribution {
  const length = attribution.rows.reduce(
    (sum, row) => sum + 100 + (row.function?.length ?? 0) + (row.crate?.length ?? 0),
    0,
  );
  return length <= limit ? attribution : withoutFunctions(attribution, 'its names are too long to be kept');
}

function isExpected(error: unknown): boolean {
  return (
    error instanceof CannotAttribute ||
    error instanceof UnreadableProgram ||
    error instanceof BuildError ||
    error instanceof UserError ||
    isOfTheSystem(error)
  );
}

const EXPLAINED = new Set(['loadable-bytes', ...SECTION_GROUPS.map((group) => `${group}-bytes`)]);

/**
 * The head with the bytes of those programs named whose size moved past its threshold and whose base has them named; of all
 * programs where the configuration says `always`. The same head where there is nothing to do.
 */
export async function withAttributions(
  head: Measured,
  base: Measurement | null,
  rows: readonly Comparison[],
  config: Config,
): Promise<Measured> {
  const cases = casesToName(base, rows, config);
  if (cases?.size === 0) return head;
  const { attributions, warnings } = await head.attribute(cases);
  const measurement = {
    ...head.measurement,
    attributions,
    warnings: [...head.measurement.warnings, ...warnings],
  };
  return { ...head, measurement };
}

/** undefined: all. */
function casesToName(
  base: Measurement | null,
  rows: readonly Comparison[],
  { size }: Config,
): ReadonlySet<string> | undefined {
  if (size.attribution === 'always') return undefined;
  if (size.attribution === 'off' || base === null) return new Set();
  const stored = new Set(base.attributions.map((attribution) => attribution.case));
  const moved = rows.filter((row) => row.relevant && EXPLAINED.has(row.metric) && stored.has(row.case));
  return new Set(moved.map((row) => row.case));
}
