export type JobStatus = 'success' | 'failure' | 'cancelled';

/**
 * Evaluates a `post-if` condition: the status functions, `!`, `&&`, `||`, parentheses, `true` and `false`. Without a status
 * function the runner adds `success() &&`. Errors: Error for anything else.
 */
export function evaluateCondition(condition: string, status: JobStatus): boolean {
  const text = condition.replace(/^\s*\$\{\{(.*)\}\}\s*$/s, '$1');
  const tokens = text.match(/[a-z]+\s*\(\s*\)|true|false|&&|\|\||[!()]|\S/gi) ?? [];
  const names = tokens.map((token) => token.replace(/\s/g, '').toLowerCase());
  const value = new Evaluation(names, status).run();
  return names.some((name) => STATUS.has(name)) ? value : value && status === 'success';
}

const STATUS = new Set(['success()', 'failure()', 'cancelled()', 'always()']);

class Evaluation {
  readonly #tokens: readonly string[];
  readonly #status: JobStatus;
  #at = 0;

  constructor(tokens: readonly string[], status: JobStatus) {
    this.#tokens = tokens;
    this.#status = status;
  }

  run(): boolean {
    const value = this.#or();
    if (this.#at < this.#tokens.length) throw unknown(this.#tokens[this.#at]);
    return value;
  }

  #or(): boolean {
    let value = this.#and();
    while (this.#take('||')) value = this.#and() || value;
    return value;
  }

  #and(): boolean {
    let value = this.#not();
    while (this.#take('&&')) value = this.#not() && value;
    return value;
  }

  #not(): boolean {
    return this.#take('!') ? !this.#not() : this.#term();
  }

  #term(): boolean {
    if (this.#take('(')) {
      const value = this.#or();
      if (!this.#take(')')) throw unknown(this.#tokens[this.#at]);
      return value;
    }
    const token = this.#tokens[this.#at];
    this.#at += 1;
    if (token === 'true' || token === 'always()') return true;
    if (token === 'false') return false;
    if (token === 'success()' || token === 'failure()' || token === 'cancelled()') {
      return token === `${this.#status}()`;
    }
    throw unknown(token);
  }

  #take(token: string): boolean {
    if (this.#tokens[this.#at] !== token) return false;
    this.#at += 1;
    return true;
  }
}

function unknown(token: string | undefined): Error {
  return new Error(`The runner harness does not know "${token ?? 'the end'}" in a condition`);
}
