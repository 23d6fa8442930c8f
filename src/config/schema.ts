import { z } from 'zod';
import { CATEGORIES } from '../compare/comparison.ts';
import { METRICS } from '../measure/metric.ts';
import { benchesTable, benchTable, numbersTable } from './bench-schema.ts';
import { ATTRIBUTIONS, FAIL_ON, SIZE_GATES, TRIAGE_ISSUES } from './config.ts';
import { DEFAULTS, KINDS, MAX_BENCHES, MAX_CASES, MAX_CONFIGURATIONS, MAX_NUMBERS } from './defaults.ts';
import {
  branch,
  bytes,
  change,
  MAX_LIST,
  minutes,
  quantity,
  text,
  variables,
  word,
  words,
} from './scalars.ts';

/** Names of all metrics, each once. */
export const METRIC_NAMES: readonly string[] = [
  ...new Set(Object.values(METRICS).flatMap((metrics) => Object.keys(metrics))),
];

const NAME_HINT = 'letters, digits, ".", "_" and "-" (at most 64, beginning with a letter or digit)';

/** Keys of one way to build, valid at the top level and in every `[[configuration]]`. */
const buildKeys = {
  kind: z.enum(KINDS).optional().meta({
    description: 'What builds the project. `auto` detects it in the working directory.',
    default: DEFAULTS.kind,
  }),
  toolchain: word.optional().meta({
    description: 'Rust toolchain for rustup, without the `+`. Left out: what the directory selects.',
    examples: ['1.95', 'nightly', 'nightly-2026-10-01'],
  }),
  profile: word.optional().meta({
    description: 'Cargo profile to build: the one that you ship.',
    default: DEFAULTS.profile,
    examples: ['release-lto', 'dist'],
  }),
  packages: words.optional().meta({
    description: "Packages to build. Left out: the workspace's default members.",
    examples: [['ripgrep']],
  }),
  bins: words.optional().meta({
    description: "Programs to build and weigh. Left out: all of the packages'.",
    examples: [['rg']],
  }),
  lib: z.boolean().optional().meta({
    description: 'Also weigh library targets that make a file which users ship (`cdylib`).',
    default: DEFAULTS.lib,
  }),
  features: words.optional().meta({ description: 'Features to enable.', examples: [['pcre2']] }),
  'all-features': z.boolean().optional().meta({
    description: 'Enable every feature.',
    default: DEFAULTS.allFeatures,
  }),
  'default-features': z.boolean().optional().meta({
    description: 'Enable the default features.',
    default: DEFAULTS.defaultFeatures,
  }),
  target: word.optional().meta({
    description: "Target triple. Left out: the host's, and cargo is called without `--target`.",
    examples: ['x86_64-unknown-linux-musl'],
  }),
  env: variables.optional().meta({
    description: 'Environment variables of the build. A configuration adds to the top-level ones.',
    examples: [{ RUSTFLAGS: '-C target-cpu=x86-64-v3' }],
  }),
  args: z
    .array(text)
    .max(MAX_LIST)
    .optional()
    .meta({
      description: 'Further arguments for the build command.',
      examples: [['--locked']],
    }),
};

const configuration = z
  .strictObject({
    name: z
      .string()
      .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, NAME_HINT)
      .meta({
        description: 'Name in the report and in the baseline, unique in the file.',
        examples: ['full', 'minimal'],
      }),
    ...buildKeys,
  })
  .meta({ title: 'Configuration', description: 'One named way to build. It inherits the top-level keys.' });

const caseRule = z
  .strictObject({
    match: text.min(1, 'a case name or a pattern').meta({
      description:
        'Case name; `*` stands for any text. A case name begins with `size`, `compile` or `bench`.',
      examples: ['size rg', 'size *', 'compile workspace', 'bench sort*'],
    }),
    metric: z.enum(METRIC_NAMES).optional().meta({
      description:
        "Metric that the rule is for. Left out: all for `category` and `change`, those in the main metric's unit for `floor`, the main metric for `budget`. The main metric is the gate's size, CPU time or run time.",
    }),
    category: z.enum(CATEGORIES).optional().meta({
      description: 'Primary cases decide the verdict; secondary ones are shown after them.',
      default: 'primary',
    }),
    floor: quantity.optional().meta({
      description: "Smallest absolute change that counts, as a quantity or a number in the metric's unit.",
      examples: ['4 KiB', '250 ms'],
    }),
    change: change.optional().meta({
      description: 'Smallest relative change that counts, as a percentage or a ratio.',
      examples: ['0.5%'],
    }),
    budget: quantity.optional().meta({
      description: 'Absolute limit; beyond it the gate `budget` fails.',
      examples: ['64 MiB', '30 s', '12 ms'],
    }),
  })
  .meta({
    title: 'Case rule',
    description: 'Limits of the cases that `match` fits; a later rule wins over an earlier.',
  });

/** `tare.toml` as it is written. Every key is optional. */
export const fileSchema = z
  .strictObject({
    ...buildKeys,
    'fail-on': z.enum(FAIL_ON).optional().meta({
      description: 'Which gate fails the job. `regression` includes budgets.',
      default: DEFAULTS.failOn,
    }),
    comment: z.boolean().optional().meta({
      description: 'Write the report to the pull request as a comment.',
      default: DEFAULTS.comment,
    }),
    size: z
      .strictObject({
        gate: z.enum(SIZE_GATES).optional().meta({
          description:
            'Which size decides: loadable bytes, the file as it is, or the file compressed with gzip.',
          default: DEFAULTS.size.gate,
        }),
        floor: bytes.optional().meta({
          description: 'Smallest change in bytes that counts. A change must reach `floor` and `change`.',
          default: DEFAULTS.size.floor,
          examples: ['4 KiB', 512],
        }),
        change: change.optional().meta({
          description: 'Smallest relative change that counts, as a percentage or a ratio.',
          default: DEFAULTS.size.change,
          examples: ['0.5%', 0.005],
        }),
        attribution: z.enum(ATTRIBUTIONS).optional().meta({
          description:
            'When to name the bytes of each program by crate and function, which links it once more. `auto`: when main is recorded, and on a pull request when a size moved.',
          default: DEFAULTS.size.attribution,
        }),
      })
      .optional()
      .meta({ title: 'Size', description: 'How sizes are judged.' }),
    compile: z
      .strictObject({
        enabled: z.boolean().optional().meta({
          description: 'Record and judge compile time.',
          default: DEFAULTS.compile.enabled,
        }),
        paired: z.boolean().optional().meta({
          description:
            "On a pull request, compile the workspace's own crates of base and head in turn, and compile everything again where the cold build looks suspicious.",
          default: DEFAULTS.compile.paired,
        }),
        minutes: minutes.optional().meta({
          description:
            'Time for those builds, all configurations together, in minutes: above 0, at most 300.',
          default: DEFAULTS.compile.minutes,
          examples: [2.5],
        }),
      })
      .optional()
      .meta({ title: 'Compile time', description: 'How compile time is measured.' }),
    baseline: z
      .strictObject({
        rebuild: z.boolean().optional().meta({
          description: 'Build the base in a worktree when no usable baseline is stored.',
          default: DEFAULTS.baseline.rebuild,
        }),
        ancestors: z
          .number()
          .int('a whole number')
          .min(0, 'at least 0')
          .max(500, 'at most 500')
          .optional()
          .meta({
            description: 'How many first-parent ancestors of the base may be searched for a baseline.',
            default: DEFAULTS.baseline.ancestors,
          }),
      })
      .optional()
      .meta({ title: 'Baseline', description: 'Which stored measurement a pull request is compared with.' }),
    triage: z
      .strictObject({
        issue: z.enum(TRIAGE_ISSUES).optional().meta({
          description:
            'Where the weekly report stands on GitHub: an issue for each week, one issue that is rewritten, or none.',
          default: DEFAULTS.triage.issue,
        }),
        minutes: z.number().min(0, 'at least 0').max(300, 'at most 300').optional().meta({
          description:
            'Time for running the stored programs of the range, and for building those that are not stored any more.',
          default: DEFAULTS.triage.minutes,
        }),
      })
      .optional()
      .meta({ title: 'Triage', description: 'How the weekly report is made.' }),
    benches: benchesTable,
    bench: z.array(benchTable).max(MAX_BENCHES).optional().meta({
      title: 'Benchmark commands',
      description: 'Commands over the programs of the project, each a case `bench NAME`.',
    }),
    numbers: z.array(numbersTable).max(MAX_NUMBERS).optional().meta({
      title: 'Ready-made numbers',
      description: 'Files of numbers that another tool measured.',
    }),
    history: z
      .strictObject({
        enabled: z.boolean().optional().meta({
          description:
            "Keep main's measurements on a branch of the repository, where the job's token may write (`contents: write`); in a terminal, in `.tare/history`.",
          default: DEFAULTS.history.enabled,
        }),
        branch: branch.optional().meta({
          description: 'Branch that holds the history and what is rendered from it. Written by Tare only.',
          default: DEFAULTS.history.branch,
        }),
      })
      .optional()
      .meta({ title: 'History', description: "Where main's measurements are kept." }),
    accept: z
      .strictObject({
        label: text.optional().meta({
          description:
            'Label of a pull request whose regressions are accepted: they fail no gate, and the history says so. Empty: none.',
          default: DEFAULTS.accept.label,
        }),
      })
      .optional()
      .meta({ title: 'Acceptance', description: 'How a regression is accepted.' }),
    case: z.array(caseRule).max(MAX_CASES).optional().meta({
      title: 'Case rules',
      description: 'Limits, budgets and categories of single cases.',
    }),
    configuration: z.array(configuration).max(MAX_CONFIGURATIONS).optional().meta({
      title: 'Configurations',
      description:
        'Named ways to build, each with its own baseline. Left out: one, made of the top-level keys.',
    }),
  })
  .meta({ title: 'tare.toml', description: 'Configuration of Tare. Every key is optional.' });

export type FileContent = z.infer<typeof fileSchema>;
export type BuildKeys = Omit<NonNullable<FileContent['configuration']>[number], 'name'>;

/** The JSON Schema (draft 7, which TOML editors read) of {@link fileSchema}. */
export function fileJsonSchema(): Record<string, unknown> {
  return { ...z.toJSONSchema(fileSchema, { io: 'input', target: 'draft-7' }) };
}
