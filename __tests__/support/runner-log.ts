/** Replaces secrets by `***`, as the runner's masker does: the value, and its base64, URI and JSON forms. */
export class SecretMasker {
  readonly #secrets = new Set<string>();

  add(secret: string): void {
    if (secret === '') return;
    const forms = [
      secret,
      Buffer.from(secret).toString('base64'),
      encodeURIComponent(secret),
      JSON.stringify(secret).slice(1, -1),
    ];
    for (const form of forms) this.#secrets.add(form);
  }

  mask(text: string): string {
    const longestFirst = [...this.#secrets].toSorted((a, b) => b.length - a.length);
    return longestFirst.reduce((masked, secret) => masked.replaceAll(secret, '***'), text);
  }

  /** Whether a text holds a secret. */
  hides(text: string): boolean {
    return this.mask(text) !== text;
  }
}

export type AnnotationLevel = 'error' | 'warning' | 'notice';

export interface Annotation {
  readonly level: AnnotationLevel;
  readonly message: string;
  /** `title`, `file`, `line` and the like, as given. */
  readonly properties: Readonly<Record<string, string>>;
}

/** Source of the limits: actions/runner, ExecutionContext.AddIssue. */
const MAX_ANNOTATIONS = 10;
const MAX_MESSAGE = 4096;

/**
 * Reads a step's output for commands, as actions/runner 2.336 does (ActionCommandManager, ActionCommand, OutputManager).
 * Both streams are command channels.
 */
export class StepLog {
  /** What the log page shows: secrets masked, commands in their `##[…]` form, debug lines left out. */
  readonly lines: string[] = [];
  readonly debug: string[] = [];
  /** At most ten of each level; the rest is only in the log. */
  readonly annotations: Annotation[] = [];
  /** Annotations beyond the limit. */
  dropped = 0;
  /** Titles of groups, in order. */
  readonly groups: string[] = [];
  /** Titles of groups that began inside another: the log page closes the outer one there. */
  readonly nestedGroups: string[] = [];
  readonly outputs = new Map<string, string>();
  readonly state = new Map<string, string>();
  /** Names of all commands that were carried out. */
  readonly commands: string[] = [];
  /** A command or a command file could not be carried out: the step fails. */
  failed = false;
  readonly #masker: SecretMasker;
  #stopToken: string | null = null;
  #inGroup = false;

  constructor(masker: SecretMasker) {
    this.#masker = masker;
  }

  /** One line of stdout or stderr, without its line end. */
  read(line: string): void {
    const command = this.#parse(line);
    if (command === null) this.print(line);
    else this.#carryOut(command, line);
  }

  print(line: string): void {
    this.lines.push(this.#masker.mask(line));
  }

  /** An annotation by the runner or a command. */
  annotate(level: AnnotationLevel, text: string, properties: Readonly<Record<string, string>> = {}): void {
    const message = this.#masker.mask(text).slice(0, MAX_MESSAGE);
    this.print(`##[${level}]${message}`);
    if (this.annotations.filter((annotation) => annotation.level === level).length >= MAX_ANNOTATIONS) {
      this.dropped += 1;
      return;
    }
    this.annotations.push({ level, message, properties });
  }

  fail(...messages: readonly string[]): void {
    for (const message of messages) this.annotate('error', message);
    this.failed = true;
  }

  #parse(line: string): Command | null {
    return parse(line, COLONS, this.#stopToken) ?? parse(line, BRACKETS, this.#stopToken);
  }

  #carryOut(command: Command, line: string): void {
    if (this.#stopToken !== null) {
      if (command.name.toLowerCase() === this.#stopToken.toLowerCase()) this.#stopToken = null;
      this.print(line);
      return;
    }
    this.commands.push(command.name);
    this.#execute(command, line);
  }

  #execute({ name, properties, data }: Command, line: string): void {
    switch (name) {
      case 'stop-commands':
        this.#stop(data, line);
        break;
      case 'error':
      case 'warning':
      case 'notice':
        this.annotate(name, data, properties);
        break;
      case 'group':
        this.groups.push(this.#masker.mask(data));
        if (this.#inGroup) this.nestedGroups.push(this.#masker.mask(data));
        this.#inGroup = true;
        this.print(`##[group]${data}`);
        break;
      case 'endgroup':
        this.#inGroup = false;
        this.print('##[endgroup]');
        break;
      case 'debug':
        this.debug.push(this.#masker.mask(data));
        break;
      case 'add-mask':
        this.#addMask(data);
        break;
      case 'set-output':
      case 'save-state':
        this.#set(name, properties['name'], data);
        break;
      case 'set-env':
      case 'add-path':
        this.fail(
          `Unable to process command '${line}' successfully.`,
          `The \`${name}\` command is disabled.`,
        );
        break;
    }
  }

  #stop(token: string, line: string): void {
    if (token === '' || COMMANDS.has(token) || token.toLowerCase() === 'pause-logging') {
      this.fail(
        `Unable to process command '${line}' successfully.`,
        'You cannot use this token to stop commands.',
      );
      return;
    }
    this.#stopToken = token;
    if (token.length > 6) this.#masker.add(token);
    this.print(line);
  }

  #addMask(secret: string): void {
    if (secret.trim() === '') {
      this.annotate('warning', "Can't add secret mask for empty string in ##[add-mask] command.");
      return;
    }
    this.#masker.add(secret);
    for (const part of secret.split(/[\r\n]/)) this.#masker.add(part.trim());
  }

  #set(command: 'set-output' | 'save-state', name: string | undefined, value: string): void {
    if (!name) {
      this.fail(`Required field 'name' is missing in ##[${command}] command.`);
      return;
    }
    this.annotate('warning', `The \`${command}\` command is deprecated and will be disabled soon.`);
    (command === 'set-output' ? this.outputs : this.state).set(name, value);
  }
}

interface Command {
  readonly name: string;
  readonly properties: Readonly<Record<string, string>>;
  readonly data: string;
}

const COMMANDS = new Set([
  ...['add-mask', 'add-matcher', 'add-path', 'debug', 'echo', 'endgroup', 'error', 'group', 'notice'],
  ...['remove-matcher', 'save-state', 'set-env', 'set-output', 'stop-commands', 'warning'],
]);

interface Grammar {
  readonly form: RegExp;
  readonly separator: string;
  readonly dataEscapes: readonly string[];
  readonly propertyEscapes: readonly string[];
}

/** `::name key=value,key=value::data`, after white space. */
const COLONS: Grammar = {
  form: /^\s*::(.*?)::(.*)$/s,
  separator: ',',
  dataEscapes: ['%0D', '%0A', '%25'],
  propertyEscapes: ['%0D', '%0A', '%3A', '%2C', '%25'],
};

/** The older form, `##[name key=value;key=value]data`, anywhere in a line. */
const BRACKETS: Grammar = {
  form: /##\[([^\]]*)\](.*)$/s,
  separator: ';',
  dataEscapes: ['%3B', '%0D', '%0A', '%5D', '%25'],
  propertyEscapes: ['%3B', '%0D', '%0A', '%5D', '%25'],
};

function parse(line: string, grammar: Grammar, stopToken: string | null): Command | null {
  const [, head = '', data = ''] = grammar.form.exec(line) ?? [];
  const space = head.indexOf(' ');
  const name = space < 0 ? head : head.slice(0, space);
  if (!COMMANDS.has(name) && (stopToken === null || name !== stopToken)) return null;
  const pairs = (space < 0 ? '' : head.slice(space + 1))
    .trim()
    .split(grammar.separator)
    .map((pair) => /^=*([^=]+)=(.+)$/s.exec(pair))
    .filter((pair) => pair !== null)
    .map((pair) => [pair[1] ?? '', unescaped(pair[2] ?? '', grammar.propertyEscapes)] as const);
  return { name, properties: Object.fromEntries(pairs), data: unescaped(data, grammar.dataEscapes) };
}

/** The runner replaces one escape after the other, `%25` last. */
function unescaped(text: string, escapes: readonly string[]): string {
  return escapes.reduce((result, code) => result.replaceAll(code, decodeURIComponent(code)), text);
}
