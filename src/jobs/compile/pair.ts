import { join } from 'node:path';
import { type OwnCratesCase, roundsRule } from '../../compare/compile/own-crates.ts';
import { judgeRounds, ROUNDS_RULE, roundsWanted } from '../../compare/compile/rounds.ts';
import { BuildError } from '../../errors.ts';
import { crateRounds } from '../../measure/compile/crate-rounds.ts';
import { type Round, type Rounds, runRounds } from '../../measure/compile/rounds.ts';
import type { OwnCrates } from '../../toolchain/own-crates.ts';
import type { JobPorts } from '../ports.ts';
import type { Workplace } from '../workplace.ts';
import { type BothSides, inBase } from './sides.ts';

/** `small`: the own crates are not worth measuring. */
export type OwnRounds =
  | { readonly kind: 'measured'; readonly measured: OwnCratesCase }
  | { readonly kind: 'small' };

/**
 * Compiles the own crates of both sides in turn, on the dependencies of the head's build, which stays as it is. A text says
 * why that cannot be done. Errors: as `OwnCrates.build`; those of git and the file system.
 */
export async function pairOwnCrates(
  sides: BothSides,
  workplace: Workplace,
  ports: JobPorts,
): Promise<OwnRounds | string> {
  const { request, budget } = sides;
  if (request.toolchain.ownCrates === undefined) {
    return `the toolchain ${request.toolchain.name} does not build them apart from their dependencies`;
  }
  const minutes = Number((budget.seconds / 60).toPrecision(2));
  const title = `Compile the own crates of base and head in turn, at most ${minutes} minutes`;
  return ports.logger.group(title, async () => {
    try {
      const found = await inBase(sides, workplace, ports, (directory) =>
        inTurn(sides, directory, workplace, ports),
      );
      if (found.kind === 'impossible') return found.reason;
      return found.kind === 'small' ? found : { kind: 'measured', measured: measuredOf(found.rounds) };
    } finally {
      // Benchmarks come next, and may need the room.
      for (const side of ['base', 'head'] as const) await workplace.empty(folderOf(side));
    }
  });
}

async function inTurn(
  sides: BothSides,
  baseDirectory: string,
  workplace: Workplace,
  ports: JobPorts,
): Promise<Rounds> {
  const opened: OwnCrates[] = [];
  const open = async (side: 'base' | 'head', directory: string): Promise<OwnCrates> => {
    const { configuration, toolchain } = sides.request;
    const scratch = await workplace.empty(folderOf(side));
    const request = { directory, configuration, scratch, jobs: ports.jobs };
    const own = await toolchain.ownCrates?.(request, join(workplace.directory, 'target'));
    if (own === undefined) throw new Error('the toolchain has no own crates');
    opened.push(own);
    return side === 'base' ? named(own, sides.base.sha) : own;
  };
  try {
    const head = await open('head', sides.request.directory);
    const base = await open('base', baseDirectory);
    return await runRounds({
      sides: { base, head },
      budget: sides.budget,
      seed: `${sides.head.measurement.commit} ${sides.request.configuration.name}`,
      wanted: (rounds) => wantedAfter(rounds, sides),
      least: ROUNDS_RULE.rounds.least,
      logger: ports.logger,
    });
  } finally {
    for (const own of opened) own.close();
  }
}

/** Says in an error which side it was: the head is known to compile. */
function named(own: OwnCrates, sha: string): OwnCrates {
  return {
    toolchain: own.toolchain,
    build: async (seconds) => {
      try {
        return await own.build(seconds);
      } catch (error) {
        if (!(error instanceof BuildError)) throw error;
        throw new BuildError(`base ${sha.slice(0, 10)}: ${error.message}`, error.output);
      }
    },
    close: () => own.close(),
  };
}

/** Of equal length: a path's length can be a matter of bytes in a program. */
function folderOf(side: 'base' | 'head'): string {
  return `own-${side}`;
}

/** Looked at after the fewest rounds and after the most, and not between, so that chance is not asked each time. */
function wantedAfter(rounds: readonly Round[], { request }: BothSides): number {
  const { least } = ROUNDS_RULE.rounds;
  const looked = rounds.slice(0, least).map(pairOf);
  const context = { configuration: request.configuration.name, cases: request.config.cases };
  const rule = roundsRule(context, judgeRounds(looked).before);
  const wanted = roundsWanted(looked, rule);
  return wanted <= 0 || rounds.length <= least ? wanted : ROUNDS_RULE.rounds.most - rounds.length;
}

function measuredOf(rounds: readonly Round[]): OwnCratesCase {
  return { rounds: rounds.map(pairOf), crates: crateRounds(rounds) };
}

function pairOf({ base, head }: Round): readonly [number, number] {
  return [base.seconds, head.seconds];
}
