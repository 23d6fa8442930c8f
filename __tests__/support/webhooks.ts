import { createRequire } from 'node:module';
import { z } from 'zod';

const objectSchema = z.record(z.string(), z.unknown());
const published = z
  .array(z.object({ name: z.string(), examples: z.array(objectSchema) }))
  .parse(createRequire(import.meta.url)('@octokit/webhooks-examples'));

/** GitHub publishes none of a schedule. */
const examples = [...published, { name: 'schedule', examples: [{ schedule: '17 6 * * 1' }] }];

const REPOSITORY = {
  full_name: 'octo/widget',
  name: 'widget',
  default_branch: 'main',
  owner: { login: 'octo' },
};

/**
 * GitHub's own example of an event's payload with `changes` merged into it, for the repository octo/widget. Both sides of
 * a pull request lie there unless the changes say otherwise. Errors: throws for an event without an example.
 */
export function payloadOf(event: string, changes: Readonly<Record<string, unknown>>): unknown {
  const example = examples.find(({ name }) => name === event)?.examples[0];
  if (example === undefined) throw new Error(`There is no example of a ${event} event.`);
  const repository = merge(objectSchema.parse(example['repository'] ?? {}), REPOSITORY);
  const side = { repo: REPOSITORY };
  const sides = event === 'pull_request' ? { pull_request: { head: side, base: side } } : {};
  return merge(merge({ ...example, repository }, sides), changes);
}

/** `changes` on top of `base`, table by table. */
export function merge(
  base: Readonly<Record<string, unknown>>,
  changes: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const merged: Record<string, unknown> = { ...base };
  for (const [name, value] of Object.entries(changes)) {
    const [before, after] = [objectSchema.safeParse(base[name]), objectSchema.safeParse(value)];
    merged[name] = before.success && after.success ? merge(before.data, after.data) : value;
  }
  return merged;
}
