import { z } from 'zod';
import { readJson } from './json.ts';
import { anyNumber } from './lenient.ts';
import { type ParsedOutput, Rows } from './rows.ts';

const schema = z.object({
  results: z.array(
    z.object({
      command: z.string(),
      median: anyNumber.nullish(),
      mean: anyNumber,
    }),
  ),
});

/** hyperfine's `--export-json`, in seconds: the median, or the mean where there is none. The command is the name. */
export function parseHyperfine(text: string): ParsedOutput {
  const read = readJson(schema, text, "hyperfine's JSON");
  if (read.kind === 'rejected') return read;
  const rows = new Rows();
  for (const { command, median, mean } of read.value.results) {
    rows.add(command, 'wall-time', 's', median ?? mean);
  }
  return rows.finish("result in hyperfine's JSON");
}
