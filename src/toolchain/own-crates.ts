import type { Usage } from '../process/command.ts';

/** A side's own crates, to be built again and again on dependencies that stay as they are. */
export interface OwnCrates {
  /** What builds here, with its version: sides that differ in it are not comparable. */
  readonly toolchain: string;
  /**
   * Removes what the own crates left and builds them, measured; ended after `seconds`. The first build may also compile
   * dependencies, where they are not the finished build's.
   * Errors: BuildError when they do not compile; UserError when the toolchain refuses.
   */
  build(seconds: number): Promise<OwnBuild>;
  /** Leaves the project's directory as it was. */
  close(): void;
}

/** `late`: it took longer than it might. */
export type OwnBuild = FinishedOwnBuild | { readonly kind: 'late' };

export interface FinishedOwnBuild {
  readonly kind: 'built';
  readonly usage: Usage;
  /** CPU seconds of each own crate that was compiled, by package; null where the system does not tell them apart. */
  readonly crates: readonly CrateSeconds[] | null;
  /** Names of packages that were compiled and are not own crates. */
  readonly foreign: readonly string[];
  /** Names of own crates of which something was not compiled. */
  readonly kept: readonly string[];
  /** Every unit that is not of an own crate, compiled now or before: name, version, kind and features. Sorted. */
  readonly dependencies: readonly string[];
}

export interface CrateSeconds {
  readonly name: string;
  /** User plus system. */
  readonly seconds: number;
}
