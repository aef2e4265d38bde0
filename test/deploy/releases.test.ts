import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { temporaryFolder } from '../gateway/temporary-folder.ts';
import { repositoryRoot } from '../repository-root.ts';

const script = join(repositoryRoot, 'deploy/box/releases');

/** A box's folders, with a systemctl that notes what it is told and a power that can be cut. */
class Box {
  readonly folder = temporaryFolder();
  readonly releases = join(this.folder, 'releases');
  readonly healthy = join(this.folder, 'healthy');
  readonly told = join(this.folder, 'told');
  readonly shims = join(this.folder, 'shims');

  constructor() {
    mkdirSync(this.shims);
    this.#shim('systemctl', `echo "$*" >>${this.told}; [ "$1" != is-active ] || [ ! -e ${this.folder}/stopped ]`);
    this.#shim('sleep', ':');
  }

  /** Every command by which the script changes the disk counts, and the power goes before number `at` of them. */
  cutAt(at: number): void {
    const count = join(this.folder, 'count');
    writeFileSync(count, '0');
    for (const name of ['mv', 'ln', 'rm', 'cp', 'sync', 'mkdir', 'chmod']) {
      const real = execFileSync('sh', ['-c', `command -v ${name}`], { encoding: 'utf8' }).trim();
      this.#shim(
        name,
        `n=$(($(cat ${count}) + 1)); echo $n >${count}; [ $n -lt ${at} ] || kill -9 $PPID; exec ${real} "$@"`,
      );
    }
  }

  /** How many there have been since. */
  get changes(): number {
    return Number(readFileSync(join(this.folder, 'count'), 'utf8'));
  }

  diskIsFull(): void {
    this.#shim('cat', 'exit 1');
  }

  /** After a part of it. */
  cpFails(): void {
    this.#shim('cp', 'for to in "$@"; do :; done; mkdir "$to"; exit 1');
  }

  powerReturns(): void {
    for (const name of ['mv', 'ln', 'rm', 'cp', 'sync', 'mkdir', 'chmod']) {
      spawnSync('rm', ['-f', join(this.shims, name)]);
    }
  }

  /** Runs the script again while it is about to change `current`, for no longer than a second. */
  meanwhile(...args: readonly string[]): void {
    const ln = execFileSync('sh', ['-c', 'command -v ln'], { encoding: 'utf8' }).trim();
    this.#shim('ln', `timeout 1 sh ${script} ${args.join(' ')}; exec ${ln} "$@"`);
  }

  run(...args: readonly string[]) {
    return spawnSync('sh', ['-c', 'umask 077; exec sh "$@"', 'sh', script, ...args], {
      encoding: 'utf8',
      timeout: 20_000,
      env: {
        PATH: `${this.shims}:${process.env.PATH}`,
        MACHIMORI_RELEASES: this.releases,
        MACHIMORI_HEALTHY: this.healthy,
        MACHIMORI_TRIAL_SECONDS: '3',
        MACHIMORI_SHIPPED: join(this.folder, 'shipped'),
      },
    });
  }

  tree(version: string): string {
    const tree = join(this.folder, `tree-${version}`);
    mkdirSync(join(tree, 'app'), { recursive: true });
    writeFileSync(join(tree, 'manifest.json'), `{\n  "name": "machimori",\n  "version": "${version}"\n}\n`);
    writeFileSync(join(tree, 'app', 'main.js'), version);
    return tree;
  }

  install(version: string): void {
    expect(this.run('put', this.tree(version))).toMatchObject({ status: 0, stdout: `${version}\n` });
    expect(this.run('take-up', version).status).toBe(0);
  }

  get current(): string {
    return readlinkSync(join(this.releases, 'current'));
  }

  /** What a start of the service would run. */
  get runs(): string {
    return readFileSync(join(this.releases, 'current', 'app', 'main.js'), 'utf8');
  }

  trial(name: string): string | undefined {
    return lineOf(join(this.releases, 'trial'), name);
  }

  last(name: string): string | undefined {
    return lineOf(join(this.releases, 'last'), name);
  }

  #shim(name: string, body: string): void {
    writeFileSync(join(this.shims, name), `#!/bin/sh\n${body}\n`);
    chmodSync(join(this.shims, name), 0o755);
  }
}

function lineOf(file: string, name: string): string | undefined {
  if (!existsSync(file)) return undefined;
  return new RegExp(`^${name}=(.*)$`, 'm').exec(readFileSync(file, 'utf8'))?.[1];
}

let box: Box;
beforeEach(() => {
  box = new Box();
});

test('the first release runs without a trial, as does any while no gateway runs', () => {
  box.install('0.1.0');
  expect(box.runs).toBe('0.1.0');
  writeFileSync(join(box.folder, 'stopped'), '');
  box.install('0.2.0');
  expect(box.runs).toBe('0.2.0');
  expect(existsSync(join(box.releases, 'trial'))).toBe(false);
});

describe('a release on trial', () => {
  beforeEach(() => {
    box.install('0.1.0');
    box.install('0.2.0');
  });

  test('stays once the gateway says with its token that it is well, and older ones than the last go', () => {
    expect([box.runs, box.trial('previous')]).toEqual(['0.2.0', '0.1.0']);
    writeFileSync(box.healthy, box.trial('token') ?? '');
    expect(box.run('judge').status).toBe(0);
    expect([box.runs, box.last('outcome')]).toEqual(['0.2.0', 'confirmed']);
    box.install('0.3.0');
    writeFileSync(box.healthy, box.trial('token') ?? '');
    box.run('judge');
    expect(readdirSync(box.releases).toSorted()).toEqual(['0.2.0', '0.3.0', 'current', 'last']);
  });

  test('is taken back when its time is over, and the gateway is started again', () => {
    writeFileSync(box.healthy, 'of an earlier trial');
    expect(box.run('judge').status).toBe(0);
    expect([box.runs, box.last('outcome'), box.last('why')]).toEqual(['0.1.0', 'rolled-back', 'time']);
    expect(readFileSync(box.told, 'utf8').trimEnd().split('\n').at(-1)).toContain('try-restart machimori.service');
  });

  test('is taken back before its sixth start, whatever keeps it from running', () => {
    for (let start = 0; start < 5; start++) box.run('before-start');
    expect([box.runs, box.trial('starts')]).toEqual(['0.2.0', '5']);
    box.run('before-start');
    expect([box.runs, box.last('why')]).toEqual(['0.1.0', 'starts']);
  });

  test('is taken back when asked, and only while it is on trial', () => {
    expect(box.run('roll-back').status).toBe(0);
    expect(box.runs).toBe('0.1.0');
    expect(box.run('roll-back')).toMatchObject({ status: 1, stderr: 'releases: no release is on trial\n' });
  });

  test('stays if somebody has removed the one before', () => {
    spawnSync('rm', ['-r', join(box.releases, '0.1.0')]);
    box.run('judge');
    expect([box.runs, box.last('outcome'), box.last('why')]).toEqual(['0.2.0', 'confirmed', 'alone']);
  });

  test('stays on trial if it is taken up once more', () => {
    const token = box.trial('token');
    expect(box.run('take-up', '0.2.0').status).toBe(0);
    expect([box.runs, box.trial('token'), box.trial('previous')]).toEqual(['0.2.0', token, '0.1.0']);
  });

  test('is not what comes back if another takes its place and fails: it has proved nothing', () => {
    box.install('0.3.0');
    expect([box.runs, box.trial('version'), box.trial('previous')]).toEqual(['0.3.0', '0.3.0', '0.1.0']);
    box.run('judge');
    expect(box.runs).toBe('0.1.0');
  });

  test('is taken back if the disk has damaged the count of its starts, and the gateway starts', () => {
    writeFileSync(
      join(box.releases, 'trial'),
      readFileSync(join(box.releases, 'trial'), 'utf8').replace('starts=0', 'starts=0x;\0'),
    );
    expect(box.run('before-start').status).toBe(0);
    expect(box.runs).toBe('0.1.0');
  });

  test('gives way to the one that proved itself, without a trial of that', () => {
    expect(box.run('take-up', '0.1.0').status).toBe(0);
    expect([box.runs, box.trial('version'), box.last('outcome')]).toEqual(['0.1.0', undefined, 'rolled-back']);
    expect(readFileSync(box.told, 'utf8').trimEnd().split('\n').at(-1)).toContain('try-restart machimori.service');
  });

  test('is taken back on a full disk too, and the gateway is started again', () => {
    rmSync(box.told);
    box.diskIsFull();
    expect(box.run('judge').status).toBe(0);
    expect([box.runs, existsSync(join(box.releases, 'trial'))]).toEqual(['0.1.0', false]);
    expect(readFileSync(box.told, 'utf8')).toContain('try-restart machimori.service');
  });

  test('can be read by the gateway, whatever the umask of whoever installed it', () => {
    expect(statSync(join(box.releases, 'trial')).mode & 0o777).toBe(0o644);
  });

  test('lets the gateway start on a full disk', () => {
    box.diskIsFull();
    for (let start = 0; start < 7; start++) expect(box.run('before-start').status).toBe(0);
    expect(box.runs).toBe(box.current);
  });

  test('goes on with its trial after a power cut', () => {
    box.run('before-start');
    box.run('before-start');
    expect(box.trial('starts')).toBe('2');
    writeFileSync(box.healthy, box.trial('token') ?? '');
    box.run('judge');
    expect(box.last('outcome')).toBe('confirmed');
  });
});

test('the judge, who comes as soon as there is a trial, waits until the release has been taken up', () => {
  box.install('0.1.0');
  box.run('put', box.tree('0.2.0'));
  box.meanwhile('judge');
  expect(box.run('take-up', '0.2.0').status).toBe(0);
  expect([box.runs, box.trial('version')]).toEqual(['0.2.0', '0.2.0']);
});

describe('if the current release is lost', () => {
  beforeEach(() => {
    box.install('0.1.0');
    writeFileSync(join(box.folder, 'stopped'), '');
    box.install('0.9.0');
    box.install('0.10.0');
  });

  test.each<[string, () => void]>([
    ['there is no pointer', () => rmSync(join(box.releases, 'current'))],
    [
      'the pointer is an empty file',
      () => {
        rmSync(join(box.releases, 'current'));
        writeFileSync(join(box.releases, 'current'), '');
      },
    ],
    [
      'the pointer leads nowhere',
      () => {
        rmSync(join(box.releases, 'current'));
        symlinkSync('0.2.0', join(box.releases, 'current'));
      },
    ],
  ])('%s, the newest that is there runs', (_, lose) => {
    lose();
    expect(box.run('before-start').status).toBe(0);
    expect(box.runs).toBe('0.10.0');
  });

  test('one that was taken back is not the newest', () => {
    rmSync(join(box.releases, 'current'));
    writeFileSync(join(box.releases, 'last'), 'version=0.10.0\noutcome=rolled-back\n');
    box.run('before-start');
    expect(box.runs).toBe('0.9.0');
  });

  test('without any other the one that the package brought runs', () => {
    rmSync(box.releases, { recursive: true });
    spawnSync('mv', [box.tree('0.1.0'), join(box.folder, 'shipped')]);
    box.run('before-start');
    expect(box.runs).toBe('0.1.0');
  });
});

test('what does not fit on the disk leaves nothing there', () => {
  box.install('0.1.0');
  box.cpFails();
  expect(box.run('put', box.tree('0.2.0'))).toMatchObject({ status: 1, stderr: expect.stringContaining('copied') });
  expect(readdirSync(box.releases).toSorted()).toEqual(['0.1.0', 'current']);
});

describe('the power goes', () => {
  const steps: Readonly<Record<string, (cut: () => void) => void>> = {
    'while a release is put beside the other': (cut) => {
      cut();
      box.run('put', box.tree('0.2.0'));
    },
    'while the same release is put again': (cut) => {
      cut();
      box.run('put', box.tree('0.1.0'));
    },
    'while one is taken up': (cut) => {
      box.run('put', box.tree('0.2.0'));
      cut();
      box.run('take-up', '0.2.0');
    },
    'while it is confirmed': (cut) => {
      box.install('0.2.0');
      writeFileSync(box.healthy, box.trial('token') ?? '');
      cut();
      box.run('judge');
    },
    'while it is taken back': (cut) => {
      box.install('0.2.0');
      cut();
      box.run('judge');
    },
  };

  test('while a release is put, at any step, and it is put again before the gateway starts', () => {
    for (let at = 1, isCut = true; isCut; at++) {
      box = new Box();
      box.install('0.1.0');
      box.cutAt(at);
      box.run('put', box.tree('0.1.0'));
      isCut = box.changes >= at;
      box.powerReturns();
      box.install('0.1.0');
      expect([box.runs, readdirSync(box.releases).toSorted()]).toEqual(['0.1.0', ['0.1.0', 'current']]);
    }
  });

  test.each(Object.entries(steps))(
    '%s, at any step: a whole release runs, and the trial comes to an end',
    (_, step) => {
      for (let at = 1, isCut = true; isCut; at++) {
        box = new Box();
        box.install('0.1.0');
        step(() => box.cutAt(at));
        isCut = box.changes >= at;
        box.powerReturns();
        box.run('before-start');
        expect(['0.1.0', '0.2.0']).toContain(box.runs);
        expect(box.runs).toBe(box.current);
        box.run('judge');
        box.run('before-start');
        expect(box.runs).toBe(box.current);
        expect(existsSync(join(box.releases, 'trial'))).toBe(false);
        expect(readdirSync(box.releases).filter((name) => /\.(part|old)$/.test(name))).toEqual([]);
      }
    },
  );
});

test.each([
  ['a tree without a version', ['put', '/tmp'], 'names no version'],
  ['a release that is not there', ['take-up', '9.9.9'], '9.9.9 is not there'],
  ['a version that leads elsewhere', ['take-up', '../../etc'], 'is no version'],
  ['nothing', [], 'usage'],
])('%s is refused', (_, args, says) => {
  const { status, stderr } = box.run(...args);
  expect(status).toBe(1);
  expect(stderr).toContain(says);
});
