import { z } from 'zod';
import { CATEGORIES } from '../compare/comparison.ts';
import { INSTRUCTION_MODES, NUMBERS_FORMATS } from './config.ts';
import { DEFAULTS, MAX_CONFIGURATIONS } from './defaults.ts';
import { bytes, MAX_LIST, minutes, text, timeout, variables, word } from './scalars.ts';

const NAME_HINT =
  'one line of at most 120 characters that neither begins nor ends with a blank, without control characters';
const CONTROL = '\\u0000-\\u001f\\u007f-\\u009f\\u2028\\u2029\\u202a-\\u202e\\u2066-\\u2069';
const NAME = new RegExp(`^[^\\s${CONTROL}]([^${CONTROL}]*[^\\s${CONTROL}])?$`);

const SPLIT = 'Split into words as a shell does, but run without one: quotes and backslashes, `{bin:NAME}`.';

const command = text.min(1, 'a program and its arguments');
const path = text.min(1, 'a path');
const patterns = z.array(text.min(1, 'a case name or a pattern')).max(MAX_LIST);
const category = z.enum(CATEGORIES).optional().meta({
  description:
    'Primary cases decide the verdict; secondary ones are shown after them. A `[[case]]` rule wins.',
  default: DEFAULTS.bench.category,
});

/** One `[[bench]]`. What its words and paths mean is checked in benches.ts. */
export const benchTable = z
  .strictObject({
    name: z
      .string()
      .max(120, NAME_HINT)
      .regex(NAME, NAME_HINT)
      .meta({
        description: 'Name, unique in the file; the case is `bench NAME`.',
        examples: ['count needle'],
      }),
    run: command.meta({
      description: `Command that is timed, from its start to its end. ${SPLIT} It must hold one \`{bin:NAME}\`, the path of a program that the configuration builds; \`{{\` and \`}}\` are braces.`,
      examples: ['{bin:rg} -c needle corpus.txt'],
    }),
    prepare: command.optional().meta({
      description: 'Command that runs before each run of `run` and is not timed, written as `run` is.',
      examples: ['rm -rf out'],
    }),
    stdin: path.optional().meta({
      description:
        'File that `run` reads as standard input, relative to the repository. Left out: it is empty.',
      examples: ['bench/corpus.txt'],
    }),
    cwd: path.optional().meta({
      description: 'Folder that both commands run in, relative to the repository.',
      default: DEFAULTS.bench.cwd,
      examples: ['bench'],
    }),
    env: variables.optional().meta({
      description: 'Environment variables of both commands.',
      examples: [{ RAYON_NUM_THREADS: '1' }],
    }),
    category,
    timeout: timeout.optional().meta({
      description: 'Longest time of one run, at most 1 h; a run that takes longer fails the case.',
      default: DEFAULTS.bench.timeout,
      examples: ['5 s'],
    }),
    configuration: z
      .array(word)
      .min(1, 'at least one name; leave it out for all configurations')
      .max(MAX_CONFIGURATIONS)
      .optional()
      .meta({
        description: 'Names of the configurations whose programs it runs. Left out: all.',
        examples: [['full']],
      }),
  })
  .meta({ title: 'Benchmark command', description: 'A command over the programs of the project.' });

/** One `[[numbers]]`. */
export const numbersTable = z
  .strictObject({
    file: path.meta({
      description:
        'File of numbers, relative to the repository; in a terminal it may be absolute. `*` stands for any text within one name.',
      examples: ['target/bench/*.json'],
    }),
    format: z.enum(NUMBERS_FORMATS).meta({
      description:
        "Format of the file: hyperfine's JSON, Bencher Metric Format, the custom JSON of github-action-benchmark, or lines `METRIC:name:value:unit`.",
    }),
    command: command.optional().meta({
      description: `Command that writes the file, run in the repository before it is read. ${SPLIT} One with \`{bin:NAME}\` that writes one file is run for base and head in turn. Left out: the file is there.`,
      examples: ['cargo xtask metrics'],
    }),
    timeout: timeout.optional().meta({
      description: 'Longest time of one run of `command`, at most 1 h.',
      default: DEFAULTS.numbers.timeout,
      examples: ['30 s'],
    }),
    category,
  })
  .meta({ title: 'Ready-made numbers', description: 'Numbers that another tool measured.' });

/** `[benches]`. */
export const benchesTable = z
  .strictObject({
    enabled: z.boolean().optional().meta({
      description: 'Measure and judge benchmarks. `false`: none, whatever the other keys say.',
      default: DEFAULTS.benches.enabled,
    }),
    minutes: minutes.optional().meta({
      description:
        'Time for the runs of all benchmarks of a configuration, in minutes: above 0, at most 300.',
      default: DEFAULTS.benches.minutes,
      examples: [2.5],
    }),
    harness: z.boolean().optional().meta({
      description: "Find and run the benchmark targets of the project's packages.",
      default: DEFAULTS.benches.harness,
    }),
    filter: patterns.optional().meta({
      description: 'Cases to run, by name; `*` stands for any text. Left out or empty: all.',
      examples: [['bench parse*', 'bench sort/10k']],
    }),
    exclude: patterns.optional().meta({
      description: 'Cases to leave out, by name; wins over `filter`.',
      examples: [['bench */slow']],
    }),
    instructions: z.enum(INSTRUCTION_MODES).optional().meta({
      description: '`auto`: also count instructions where valgrind or the harness makes it possible.',
      default: DEFAULTS.benches.instructions,
    }),
    layouts: z.boolean().optional().meta({
      description: 'Confirm a regression on several code layouts before it is called one.',
      default: DEFAULTS.benches.layouts,
    }),
    'max-program-bytes': bytes.optional().meta({
      description:
        'Most bytes of benchmark programs and their other code layouts, all together, that a baseline keeps; at most `"336 MiB"`.',
      default: DEFAULTS.benches.maxProgramBytes,
      examples: ['100 MiB'],
    }),
  })
  .optional()
  .meta({ title: 'Benchmarks', description: 'What is run of the benchmarks, and for how long.' });
