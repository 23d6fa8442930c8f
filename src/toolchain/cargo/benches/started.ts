import { textsIn } from '../../../process/texts-in.ts';
import type { Artifact } from '../messages.ts';

/**
 * Names of the project's programs whose absolute path a benchmark program holds, as `env!("CARGO_BIN_EXE_name")` compiles it
 * in: the benchmark starts what stands there.
 */
export async function startedBy(path: string, artifacts: readonly Artifact[]): Promise<string[]> {
  const names = new Map(
    artifacts.flatMap(({ executable, profile, target }) =>
      executable != null && profile?.test !== true && target.kind.includes('bin')
        ? [[executable, target.name] as const]
        : [],
    ),
  );
  if (names.size === 0) return [];
  const found = await textsIn(path, [...names.keys()]);
  return [...new Set(found.flatMap((file) => names.get(file) ?? []))].sort();
}
