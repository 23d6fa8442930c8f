import { z } from 'zod';
import type { TimePair } from '../compare/fast-half.ts';
import { type CaseAnswer, judgeCases } from '../compare/judge-cases.ts';
import { messageOf, UserError } from '../errors.ts';
import { MAX_NAME } from '../measure/measurement.ts';
import { inertLine } from '../process/inert.ts';

/** Most cases that a document may hold. */
export const MAX_CASES = 100_000;

const documentSchema = z.strictObject({
  cases: z
    .array(z.strictObject({ id: z.string().min(1).max(MAX_NAME), pairs: z.array(z.unknown()) }))
    .min(1)
    .max(MAX_CASES),
});

type Given = z.infer<typeof documentSchema>['cases'][number];

/**
 * Judges the pairs of a document `{"cases": [{"id", "pairs": [[base, head], …]}]}` and gives the answers as JSON,
 * `{"id": {"verdict", "change", "ci", "p", "samples"}}`, one case a line in the document's order. A case whose pairs are not
 * two positive, finite times is `failed` with a `reason`, and counts nowhere else.
 * Errors: UserError for a document of another shape; `name` is what it calls the document.
 */
export function judgeDocument(text: string, name: string): string {
  const cases = parse(text, name);
  const readable: { id: string; pairs: TimePair[] }[] = [];
  const answers = new Map<string, CaseAnswer>();
  for (const given of cases) {
    const pairs = pairsOf(given);
    if (typeof pairs !== 'string') readable.push({ id: given.id, pairs });
    else answers.set(given.id, failed(given, pairs));
  }
  for (const [index, answer] of judgeCases(readable).entries())
    answers.set(readable[index]?.id ?? '', answer);
  const lines = cases.map(({ id }) => `  ${JSON.stringify(id)}: ${JSON.stringify(answers.get(id))}`);
  return `{\n${lines.join(',\n')}\n}\n`;
}

function parse(text: string, name: string): Given[] {
  const { success, data, error } = documentSchema.safeParse(json(text, name));
  if (!success) throw new UserError(`${name}: ${described(error)}`);
  const seen = new Set<string>();
  for (const [index, { id }] of data.cases.entries()) {
    if (seen.has(id)) {
      throw new UserError(
        `${name}: cases[${index}] has the id ${JSON.stringify(id)} of an earlier case; ids must differ`,
      );
    }
    seen.add(id);
  }
  return data.cases;
}

function json(text: string, name: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const hint = /\b(NaN|Infinity)\b/.test(text) ? '; JSON has no NaN and no Infinity' : '';
    // The engine quotes the document, line ends and all.
    const why = inertLine(messageOf(error).slice(0, 200)).trim();
    throw new UserError(`${name} is not JSON: ${why}${hint}`);
  }
}

const SHAPE = 'wanted is {"cases": [{"id": "…", "pairs": [[base, head], …]}]}';

function described({ issues }: z.ZodError): string {
  const [first] = issues;
  if (first === undefined) return SHAPE;
  const path = first.path.map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`)).join('');
  const where = path === '' ? '' : `${path.replace(/^\./, '')}: `;
  const more = issues.length > 1 ? ` (and ${issues.length - 1} more)` : '';
  return `${where}${inertLine(first.message.slice(0, 300))}${more}; ${SHAPE}`;
}

/** The pairs of a case, or what is wrong with the first bad one. */
function pairsOf({ pairs }: Given): TimePair[] | string {
  const times: TimePair[] = [];
  for (const [index, pair] of pairs.entries()) {
    if (!Array.isArray(pair) || pair.length !== 2) return `pair ${index + 1} is not [base, head]`;
    const [base, head]: readonly unknown[] = pair;
    if (typeof base !== 'number') return notATime(index, 'base', base);
    if (typeof head !== 'number') return notATime(index, 'head', head);
    times.push([base, head]);
  }
  return times;
}

function notATime(index: number, side: 'base' | 'head', value: unknown): string {
  const shown = value === null ? 'null' : `a ${Array.isArray(value) ? 'list' : typeof value}`;
  return `pair ${index + 1}: the time of the ${side} is ${shown}, not a positive, finite number`;
}

function failed({ pairs }: Given, reason: string): CaseAnswer {
  return { verdict: 'failed', change: null, ci: null, p: null, samples: pairs.length, reason };
}
