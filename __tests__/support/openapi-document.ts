import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { z } from 'zod';

/** One operation of GitHub's published description. */
export interface Operation {
  /** e.g. `issues/create-comment`. */
  readonly id: string;
  readonly method: string;
  /** e.g. `/repos/{owner}/{repo}/commits`. */
  readonly template: string;
  /** JSON pointer of the operation object. */
  readonly pointer: string;
}

/** A parameter of an operation and the JSON pointer of its schema. */
export interface Parameter {
  readonly name: string;
  readonly place: 'path' | 'query' | 'header';
  readonly required: boolean;
  readonly schema: string;
  readonly multiSegment: boolean;
}

/** GitHub's OpenAPI description (3.0), read once, looked up by JSON pointers. */
export class ApiDocument {
  readonly json: Readonly<Record<string, unknown>>;
  readonly #routes: readonly {
    readonly operation: Operation;
    readonly pattern: RegExp;
    readonly names: readonly string[];
  }[];

  constructor() {
    const file = createRequire(import.meta.url).resolve('@octokit/openapi/generated/api.github.com.json');
    this.json = objectSchema.parse(JSON.parse(readFileSync(file, 'utf8'), withPlainNullable));
    this.#routes = this.#readRoutes();
  }

  /** The operation for a request and its path parameters; null when GitHub has none. The fewest placeholders win. */
  match(method: string, path: string): { operation: Operation; values: ReadonlyMap<string, string> } | null {
    for (const { operation, pattern, names } of this.#routes) {
      if (operation.method !== method.toLowerCase()) continue;
      const found = pattern.exec(path);
      if (found === null) continue;
      const values = names.map((name, index): [string, string] => [
        name,
        decodeURIComponent(found[index + 1] ?? ''),
      ]);
      return { operation, values: new Map(values) };
    }
    return null;
  }

  parametersOf(operation: Operation): readonly Parameter[] {
    const list = z.array(z.unknown()).safeParse(this.at(`${operation.pointer}/parameters`));
    return (list.data ?? []).map((_, index) => {
      const pointer = this.followed(`${operation.pointer}/parameters/${index}`);
      const parsed = parameterSchema.parse(this.at(pointer));
      return {
        name: parsed.name,
        place: parsed.in,
        required: parsed.required ?? false,
        schema: `${pointer}/schema`,
        multiSegment: parsed['x-multi-segment'] ?? false,
      };
    });
  }

  /** Pointer of the JSON schema under a request body's or response's pointer; null when it has no JSON content. */
  jsonSchemaOf(pointer: string): string | null {
    const target = this.followed(pointer);
    const content = objectSchema.safeParse(this.at(`${target}/content`));
    const type = Object.keys(content.data ?? {}).find((name) => /^application\/(json|scim\+json)/.test(name));
    return type === undefined ? null : `${target}/content/${escapeStep(type)}/schema`;
  }

  /** The pointer that a chain of `$ref` ends at. */
  followed(pointer: string): string {
    const reference = z.object({ $ref: z.string() }).safeParse(this.at(pointer));
    return reference.success ? this.followed(reference.data.$ref.slice(1)) : pointer;
  }

  /** The value at a pointer; undefined when there is none. */
  at(pointer: string): unknown {
    let value: unknown = this.json;
    for (const step of pointer.split('/').slice(1)) {
      if (typeof value !== 'object' || value === null) return undefined;
      value = Reflect.get(value, step.replaceAll('~1', '/').replaceAll('~0', '~'));
    }
    return value;
  }

  #readRoutes() {
    const paths = objectSchema.parse(this.json['paths']);
    const operations = Object.entries(paths).flatMap(([template, item]) =>
      Object.entries(objectSchema.parse(item)).flatMap(([method, described]): Operation[] => {
        const id = z.object({ operationId: z.string() }).safeParse(described).data?.operationId;
        const pointer = `/paths/${escapeStep(template)}/${method}`;
        return id === undefined ? [] : [{ id, method, template, pointer }];
      }),
    );
    return operations
      .toSorted((a, b) => placeholdersIn(a.template).length - placeholdersIn(b.template).length)
      .map((operation) => ({
        operation,
        pattern: this.#pattern(operation),
        names: placeholdersIn(operation.template),
      }));
  }

  #pattern(operation: Operation): RegExp {
    const long = new Set(this.parametersOf(operation).flatMap((p) => (p.multiSegment ? [p.name] : [])));
    const source = operation.template
      .split(/(\{[^}]+\})/)
      .map((part) => {
        if (part.startsWith('{')) return long.has(part.slice(1, -1)) ? '(.+)' : '([^/]+)';
        return part.replace(/[.*+?^$()|[\]\\]/g, '\\$&');
      })
      .join('');
    return new RegExp(`^${source}$`);
  }
}

export const objectSchema = z.record(z.string(), z.unknown());

/** OpenAPI 3.0 allows `nullable` beside `$ref`, `anyOf` and the like; ajv only beside `type`. */
function withPlainNullable(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !('nullable' in value) || 'type' in value) return value;
  const { nullable, ...schema } = value;
  return nullable === true ? { anyOf: [schema, { type: 'null' }] } : schema;
}

const parameterSchema = z.object({
  name: z.string(),
  in: z.enum(['path', 'query', 'header']),
  required: z.boolean().optional(),
  'x-multi-segment': z.boolean().optional(),
});

function placeholdersIn(template: string): readonly string[] {
  return [...template.matchAll(/\{([^}]+)\}/g)].map((match) => match[1] ?? '');
}

function escapeStep(step: string): string {
  return step.replaceAll('~', '~0').replaceAll('/', '~1');
}
