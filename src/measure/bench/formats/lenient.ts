import { z } from 'zod';

/**
 * A number of any content, so that a bad one costs its own row and not the file: what is none (`null`, which JavaScript writes
 * for NaN; other text; a list) becomes NaN. Text that holds a number is taken as that. Only a missing one is another format.
 */
export const anyNumber = z
  .unknown()
  .refine((value) => value !== undefined, 'expected a number')
  .transform(numberOf);

/** A text of any content: a number is taken as it is written, and what is neither, or missing, becomes empty. */
export const anyText = z
  .unknown()
  .optional()
  .transform((value) => (typeof value === 'string' || typeof value === 'number' ? String(value) : ''));

function numberOf(value: unknown): number {
  if (typeof value === 'number') return value;
  return typeof value === 'string' && value.trim() !== '' ? Number(value) : Number.NaN;
}
