import { maySpeakOfEarlier } from '../../compare/gate.ts';
import type { HistoryRecord } from '../../measure/history-record.ts';
import { fits } from '../../wildcard.ts';
import type { Mark } from './trend.ts';

interface AcceptedAt {
  /** Place of the commit. */
  readonly index: number;
  /** The case that it names, cut at its `*`. */
  readonly pieces: readonly string[];
  /** Whether it may speak of a commit before it. */
  readonly earlier: boolean;
}

/** What main's commits accepted, by configuration. */
export class AcceptedRegressions {
  readonly #of = new Map<string, AcceptedAt[]>();

  /** `index`: place of the record's commit. */
  add({ configuration, accepted }: HistoryRecord, index: number): void {
    if (accepted.length === 0) return;
    const found = accepted.map((each) => ({
      index,
      pieces: each.case.split('*'),
      earlier: maySpeakOfEarlier(each),
    }));
    this.#of.set(configuration, [...(this.#of.get(configuration) ?? []), ...found]);
  }

  /**
   * The marks of a series with its regressions that were accepted as such: by their own commit, or by a trailer of a later one that names the
   * case and regressed nothing there itself, as compare/triage/track.ts has it.
   */
  applied(
    marks: readonly Mark[],
    series: { readonly configuration: string; readonly case: string },
  ): readonly Mark[] {
    const all = this.#of.get(series.configuration) ?? [];
    const own = all.filter(({ pieces }) => fits(pieces, series.case));
    if (own.length === 0) return marks;
    const regressed = new Set(marks.flatMap(({ index, kind }) => (kind === 'regression' ? [index] : [])));
    const isAccepted = (mark: Mark) =>
      own.some(
        ({ index, earlier }) =>
          index === mark.index || (earlier && index > mark.index && !regressed.has(index)),
      );
    return marks.map((mark) =>
      mark.kind === 'regression' && isAccepted(mark) ? { ...mark, kind: 'accepted' } : mark,
    );
  }
}
