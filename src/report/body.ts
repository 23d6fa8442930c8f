import { acceptedLines } from './accepted.ts';
import { adviceOf, likelyCauses } from './advice.ts';
import { attributionFolds } from './attribution.ts';
import { axisFolds } from './axis.ts';
import { brief } from './brief.ts';
import { crateFold } from './crates.ts';
import { type Headline, headlineOf } from './headline.ts';
import type { Fold, Part } from './limit.ts';
import { howMeasured, type Links } from './measured.ts';
import { overviewOf, overviewTable } from './overview.ts';
import type { Report } from './report.ts';
import { addedAndRemoved, changes, failures, ownNumbers, warnings } from './rest.ts';
import { MARKDOWN } from './voice.ts';
import { worstCases } from './worst.ts';

/**
 * A report as Markdown parts: verdict, what to do, the five-row table, the worst cases, then everything else folded.
 * When nothing moved it is one line that unfolds.
 */
export function bodyParts(report: Report, links: Links): readonly Part[] {
  const headline = headlineOf(report, MARKDOWN);
  if (headline.state === 'none') return [oneLine(report, links)];
  const overview = overviewOf(report);
  return [
    `### ${headline.icon} ${headline.text}`,
    lead(report, headline),
    ...(overview === null ? [] : [overviewTable(overview)]),
    ...worstCases(report),
    ...failures(report, headline.state === 'unbuilt'),
    ...ownNumbers(report),
    ...detailFolds(report, links),
  ];
}

function lead(report: Report, headline: Headline): string {
  const likely = likelyCauses(headline.row, MARKDOWN);
  // GitHub makes a line break of every line end in a comment, and of none in a summary: so only <br>.
  return [
    ...(likely === '' ? [] : [`**Likely cause:** ${likely}.`]),
    `**What to do:** ${adviceOf(report, headline, MARKDOWN)}`,
    ...acceptedLines(report, MARKDOWN).map((line) => `**Accepted:** ${line}`),
  ].join('<br>');
}

function detailFolds(report: Report, links: Links): readonly Part[] {
  return [
    ...axisFolds(report),
    ...attributionFolds(report),
    ...crateFold(report),
    ...addedAndRemoved(report),
    ...changes(report),
    ...warnings(report),
    howMeasured(report, links),
  ];
}

function oneLine(report: Report, links: Links): Fold {
  return { kind: 'fold', summary: brief(report), parts: detailFolds(report, links) };
}
