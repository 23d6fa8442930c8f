/** No hooks, no file-system monitor, no background work, no transport that runs a program, true parents. */
export const SAFE = [
  '--no-replace-objects',
  '--literal-pathspecs',
  ...['core.hooksPath=/dev/null', 'core.fsmonitor=false', 'gc.auto=0', 'maintenance.auto=false'],
  ...['protocol.ext.allow=never', 'advice.detachedHead=false', 'core.quotePath=off'],
].flatMap((each) => (each.startsWith('--') ? [each] : ['-c', each]));

export const ENVIRONMENT = {
  LC_ALL: 'C',
  GIT_TERMINAL_PROMPT: '0',
  GCM_INTERACTIVE: 'never',
  GIT_OPTIONAL_LOCKS: '0',
};

/**
 * A later entry of the same URL wins over less exact ones; the empty value first clears what was collected until then. `settings`: in
 * place of the user's own file, which the project's code may write.
 */
export function headerEnvironment(
  url: string,
  header: string,
  settings: readonly (readonly [string, string])[] = [],
): Readonly<Record<string, string>> {
  const key = url.startsWith('http') ? `http.${url}.extraheader` : 'http.extraheader';
  const entries = [...settings, [key, ''], [key, header]] as const;
  return {
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_CONFIG_COUNT: String(entries.length),
    ...Object.fromEntries(
      entries.flatMap(([name, value], index) => [
        [`GIT_CONFIG_KEY_${index}`, name],
        [`GIT_CONFIG_VALUE_${index}`, value],
      ]),
    ),
  };
}
