/** The programs of kernels/, one per file of src/bin. `noisy`: its time depends on the pages that the system gives it. */
export const KERNELS: readonly { readonly name: string; readonly noisy: boolean }[] = [
  { name: 'sort', noisy: false },
  { name: 'btree', noisy: false },
  { name: 'hash', noisy: false },
  { name: 'matmul', noisy: false },
  { name: 'parse', noisy: false },
  { name: 'strings', noisy: false },
  { name: 'chase', noisy: true },
];

export const isNoisy = (kernel: string): boolean =>
  KERNELS.some(({ name, noisy }) => name === kernel && noisy);

/** Seeded slow-downs, as fractions; 0: an identical second build. */
export const SIZES = [0, 0.01, 0.02, 0.03, 0.05, 0.1] as const;

/** The variable that a kernel's build takes its share of units from, in 1/100,000. */
export function shareVariable(kernel: string): string {
  return `SHARE_${kernel.toUpperCase()}`;
}
