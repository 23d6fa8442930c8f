import { z } from 'zod';
import {
  CHANGE_HINT,
  changeOf,
  PERCENT_PATTERN,
  QUANTITY_PATTERN,
  quantityOf,
  SIZE_HINT,
  SIZE_PATTERN,
  TIME_PATTERN,
} from './quantity.ts';

/** Longest list, and longest text, of a file. */
export const MAX_LIST = 500;
const MAX_TEXT = 2000;

const WORD_HINT = 'one word without spaces that does not begin with "-" or "+"';
const VARIABLE_HINT = 'letters, digits and "_", not beginning with a digit';
const TEXT_HINT = `text of at most ${MAX_TEXT} characters without NUL`;

export const text = z
  .string()
  .max(MAX_TEXT, TEXT_HINT)
  .regex(/^[^\x00]*$/, TEXT_HINT);
export const word = z
  .string()
  .max(MAX_TEXT, TEXT_HINT)
  .regex(/^[^\s\-+\x00][^\s\x00]*$/, WORD_HINT);
/** A budget of time in minutes, of which some is always needed. */
export const minutes = z.number().positive('a number above 0').max(300, 'at most 300');
const BRANCH_HINT = 'a branch name of letters, digits, ".", "_", "-" and "/", without "refs/heads/"';
export const branch = z
  .string()
  .max(200, BRANCH_HINT)
  .regex(/^[A-Za-z0-9_][A-Za-z0-9_-]*(?:[./][A-Za-z0-9_-]+)*$/, BRANCH_HINT)
  .refine((name) => !name.startsWith('refs/') && !/\.lock(\/|$)/.test(name), BRANCH_HINT);
/** A list of words. */
export const words = z.array(word).max(MAX_LIST);
// Quantities stay as they are written, so that the JSON Schema can show defaults and examples of them.
export const bytes = z
  .union([z.number().int(SIZE_HINT).min(0, SIZE_HINT), z.string().regex(SIZE_PATTERN, SIZE_HINT)], {
    error: SIZE_HINT,
  })
  .refine((value) => quantityOf(value, 'B') !== null, SIZE_HINT);
export const change = z
  .union(
    [z.number().min(0, CHANGE_HINT).max(1, CHANGE_HINT), z.string().regex(PERCENT_PATTERN, CHANGE_HINT)],
    { error: CHANGE_HINT },
  )
  .refine((value) => changeOf(value) !== null, CHANGE_HINT);
const QUANTITY_HINT =
  'a quantity such as "64 MiB" or "30 s", or a number in the metric\'s unit (bytes, seconds)';
/** Its unit depends on the metric, see rules.ts. */
export const quantity = z.union(
  [z.number().min(0, QUANTITY_HINT), z.string().regex(QUANTITY_PATTERN, QUANTITY_HINT)],
  {
    error: QUANTITY_HINT,
  },
);

const TIMEOUT_HINT =
  'a time of more than 0 and at most 1 h, such as "30 s" or "2 min", or a number of seconds';
const MAX_TIMEOUT_SECONDS = 3600;

/** How long a program may run. */
export const timeout = z
  .union(
    [
      z.number().positive(TIMEOUT_HINT).max(MAX_TIMEOUT_SECONDS, TIMEOUT_HINT),
      z.string().regex(TIME_PATTERN, TIMEOUT_HINT),
    ],
    { error: TIMEOUT_HINT },
  )
  .refine((value) => {
    const seconds = quantityOf(value, 's');
    return seconds !== null && seconds > 0 && seconds <= MAX_TIMEOUT_SECONDS;
  }, TIMEOUT_HINT);

/** Environment variables. */
export const variables = z.record(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, VARIABLE_HINT), text);
