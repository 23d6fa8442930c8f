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

/** A later entry of the same URL wins over less exact ones; the empty value first clears what was collected until then. */
export function headerEnvironment(url: string, header: string): Readonly<Record<string, string>> {
  const key = url.startsWith('http') ? `http.${url}.extraheader` : 'http.extraheader';
  return {
    GIT_CONFIG_COUNT: '2',
    GIT_CONFIG_KEY_0: key,
    GIT_CONFIG_VALUE_0: '',
    GIT_CONFIG_KEY_1: key,
    GIT_CONFIG_VALUE_1: header,
  };
}
