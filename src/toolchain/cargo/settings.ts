import { z } from 'zod';

const text = z.string().optional().catch(undefined);
const words = z
  .union([z.string().transform((flags) => flags.split(/\s+/)), z.array(z.string())])
  .optional()
  .catch(undefined);
const profile = z.record(z.string(), z.unknown());
export const profilesSchema = z.record(z.string(), profile).optional().catch(undefined);

const settingsSchema = z.object({
  build: z
    .object({
      target: words,
      rustc: text,
      'rustc-wrapper': text,
      'rustc-workspace-wrapper': text,
    })
    .optional()
    .catch(undefined),
  profile: profilesSchema,
});

/** `[profile.*]` tables by profile name, as they were written. */
export type Profiles = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** What cargo's configuration files and `--config` say that matters to a measurement. */
export interface Settings {
  /** `build.target`; empty: the host. */
  readonly targets: readonly string[];
  readonly rustc: string | null;
  readonly wrapper: string | null;
  readonly workspaceWrapper: string | null;
  readonly profiles: Profiles;
}

export const NO_SETTINGS: Settings = {
  targets: [],
  rustc: null,
  wrapper: null,
  workspaceWrapper: null,
  profiles: {},
};

/** Parses the output of `cargo config get --format json`, an unstable command: whatever is unknown is left out. */
export function parseSettings(output: string): Settings {
  let json: unknown;
  try {
    json = JSON.parse(output);
  } catch {
    return NO_SETTINGS;
  }
  const parsed = settingsSchema.safeParse(json);
  if (!parsed.success) return NO_SETTINGS;
  const { build, profile: profiles } = parsed.data;
  return {
    targets: build?.target ?? [],
    rustc: build?.rustc ?? null,
    wrapper: build?.['rustc-wrapper'] ?? null,
    workspaceWrapper: build?.['rustc-workspace-wrapper'] ?? null,
    profiles: profiles ?? {},
  };
}
