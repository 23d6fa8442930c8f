/** Lets many pass at once, or one alone. */
export interface Gate {
  shared<T>(work: () => Promise<T>): Promise<T>;
  /** Waits until nobody is inside, and keeps everybody out meanwhile. */
  exclusive<T>(work: () => Promise<T>): Promise<T>;
}

/** First come, first served, so that neither kind can starve the other. */
export function createGate(): Gate {
  let lastAlone: Promise<unknown> = Promise.resolve();
  let inside: Promise<unknown>[] = [];
  const settled = (work: Promise<unknown>): Promise<unknown> => work.catch(() => undefined);
  return {
    shared: (work) => {
      const result = lastAlone.then(work);
      const end = settled(result);
      inside.push(end);
      end.then(() => {
        inside = inside.filter((each) => each !== end);
      });
      return result;
    },
    exclusive: (work) => {
      const result = Promise.all([lastAlone, ...inside]).then(work);
      lastAlone = settled(result);
      return result;
    },
  };
}
