import { describe, expect, it } from 'vitest';
import { identitySchema } from '../../src/measure/measurement.ts';
import { parseCpuModel, parseRelease, readMachine } from '../../src/process/machine.ts';

const X64 =
  'processor\t: 0\nvendor_id\t: AuthenticAMD\ncpu family\t: 25\nmodel\t\t: 1\nmodel name\t: AMD EPYC 7763 64-Core Processor\nstepping\t: 1\n';
const ARM64 =
  'processor\t: 0\nBogoMIPS\t: 50.00\nFeatures\t: fp asimd\nCPU implementer\t: 0x41\nCPU architecture: 8\nCPU variant\t: 0x0\nCPU part\t: 0xd49\nCPU revision\t: 0\n\nprocessor\t: 1\nCPU implementer\t: 0x41\nCPU part\t: 0xd40\n';

describe('the machine', () => {
  it('tells the model of a processor', () => {
    expect(parseCpuModel(X64)).toBe('AMD EPYC 7763 64-Core Processor');
    expect(parseCpuModel('model name\t: Intel(R)  Xeon(R)   Platinum 8370C CPU @ 2.80GHz\n')).toBe(
      'Intel(R) Xeon(R) Platinum 8370C CPU @ 2.80GHz',
    );
    expect(parseCpuModel(ARM64)).toBe('ARM 0x41/0xd49 v0x0 r0');
    expect(parseCpuModel('')).toBeNull();
    expect(parseCpuModel('model name\t:\n')).toBeNull();
  });

  it('tells the release of a system', () => {
    const debian =
      'PRETTY_NAME="Debian GNU/Linux 12"\nNAME="Debian"\nVERSION_ID="12"\nVERSION="12"\nID=debian\n';
    expect(parseRelease(debian)).toBe('debian 12');
    expect(parseRelease("ID='arch'\nBUILD_ID=rolling\n")).toBe('arch rolling');
    expect(parseRelease('ID=void\n')).toBe('void');
    expect(parseRelease('VERSION_ID=1\n')).toBeNull();
  });

  it('is an identity, with all fields', async () => {
    const files: Readonly<Record<string, string>> = {
      '/proc/cpuinfo': X64,
      '/etc/os-release': 'ID=debian\n',
    };
    const read = async (path: string) => files[path] ?? Promise.reject(new Error(path));
    const environment = { ImageOS: 'ubuntu24', ImageVersion: '20260816.1' };
    const hosted = await readMachine({ environment, platform: 'linux', read });
    expect(identitySchema.parse(hosted)).toEqual(hosted);
    expect(hosted).toMatchObject({
      'machine.os': 'linux',
      'machine.cpu': 'AMD EPYC 7763 64-Core Processor',
      'machine.image': 'ubuntu24 20260816.1',
    });
    expect(Number(hosted['machine.cores'])).toBeGreaterThan(0);
    const plain = await readMachine({ environment: {}, platform: 'linux', read });
    expect(plain['machine.image']).toBe('debian');
  });

  it('does without files that are not there', async () => {
    const read = () => Promise.reject(new Error('no such file'));
    const bare = await readMachine({ environment: {}, platform: 'linux', read });
    expect(identitySchema.parse(bare)['machine.image']).toMatch(/^linux /);
  });

  it('reads this machine', async () => {
    const here = await readMachine({ environment: process.env, platform: process.platform });
    expect(Object.keys(here).sort()).toEqual(
      ['arch', 'cores', 'cpu', 'image', 'kernel', 'os'].map((name) => `machine.${name}`),
    );
    expect(Object.values(here).every((value) => value !== '')).toBe(true);
  });
});
