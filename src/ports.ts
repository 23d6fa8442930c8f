/** Where progress and problems are told: the action's log or a terminal. Implementations render every string inert. */
export interface Logger {
  /** Runs `work` under a human title: a foldable group in the action's log, a progress line in a terminal. */
  group<T>(title: string, work: () => Promise<T>): Promise<T>;
  info(message: string): void;
  /** Something is missing or odd, and the run goes on. */
  warning(message: string): void;
  debug(message: string): void;
  /** What a long phase is doing right now; may be overwritten by the next call or dropped. */
  progress(message: string): void;
}

export interface Clock {
  /** The current time. */
  now(): Date;
}
