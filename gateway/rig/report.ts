/** A rig's outcome: as JSON, and as JUnit XML for whoever collects test results. */
import type { Language } from '../../shared/text.ts';
import type { Verdict } from '../../simulators/rig/verdict/verdict.ts';
import type { Rig } from './open-rig.ts';

export interface RigOutcome {
  readonly rig: string;
  readonly seed: number;
  readonly ok: boolean;
  readonly seconds: number;
  readonly expectations: readonly {
    readonly ok: boolean;
    readonly expected: string;
    readonly measured: string;
    readonly hint?: string;
  }[];
  readonly devices: readonly {
    readonly id: string;
    readonly type: string;
    readonly sent: Readonly<Record<string, number>>;
  }[];
  readonly stored: Readonly<Record<string, number>>;
  /** SHA-256 of what was said on each wire: the same for the same file and seed, but for what depends on who listens (bench.ts). */
  readonly said: Readonly<Record<string, { readonly bytes: number; readonly digest: string }>>;
  readonly events: readonly { readonly atS: number; readonly what: string; readonly phase: string }[];
}

export function outcomeOf(rig: Rig, { ok, outcomes }: Verdict, language: Language): RigOutcome {
  return {
    rig: rig.plan.rig.name,
    seed: rig.plan.rig.seed,
    ok,
    seconds: rig.plan.rig.durationMs / 1000,
    expectations: outcomes.map(({ ok, expected, measured, hint }) => ({
      ...{ ok, expected: expected[language], measured: measured[language] },
      ...(hint && !ok && { hint: hint[language] }),
    })),
    devices: [...rig.accounts.sent()].map(([id, sent]) => ({
      ...{ id, type: rig.bench.devices.get(id)?.plan.kind.name ?? 'lorawan', sent: Object.fromEntries(sent) },
    })),
    stored: Object.fromEntries(rig.accounts.stored().cities),
    said: Object.fromEntries(rig.bench.said()),
    events: rig.events.map(({ atS, action, phase }) => ({ atS, what: JSON.stringify(action), phase })),
  };
}

/** JUnit's XML as most collectors read it: a test suite, and a test case for each expectation. */
export function junitOf({ rig, seconds, expectations }: RigOutcome): string {
  const failures = expectations.filter(({ ok }) => !ok).length;
  const cases = expectations.map(({ ok, expected, measured, hint }) => {
    const open = `  <testcase classname="${escaped(rig)}" name="${escaped(expected)}"`;
    if (ok) return `${open}>\n    <system-out>${escaped(measured)}</system-out>\n  </testcase>`;
    const told = hint === undefined ? measured : `${measured}. ${hint}`;
    return `${open}>\n    <failure message="${escaped(measured)}">${escaped(told)}</failure>\n  </testcase>`;
  });
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuite name="${escaped(rig)}" tests="${expectations.length}" failures="${failures}" time="${seconds}">`,
    ...cases,
    '</testsuite>',
    '',
  ].join('\n');
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};

/** XML 1.0 §2.2 has no controls but tab and line ends, no lone surrogates, and neither U+FFFE nor U+FFFF. */
function escaped(text: string): string {
  return text
    .replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '')
    .replace(/(?![\t\n\r])[\p{Cc}\p{Cs}\ufffe\uffff]/gu, '\ufffd');
}
