/** Everything that was sent whole is stored, and once. */
import { listed } from '../../../shared/text.ts';
import type { ExpectSettings } from '../settings.ts';
import { type Arrived, type Check, type Evidence, isSent, isWithin, type Outcome } from './check.ts';
import { say } from './words.ts';

type Settings = Extract<ExpectSettings, { that: 'stored-once' }>;

/** Devices that an outcome names. */
const maxNamed = 5;
/** What is observed as the window opens or closes may be on either side of it: a gateway's time is not the device's. */
const EDGE = 1;

export function storedOnce({ devices, mayLose, ...window }: Settings): Check {
  const stored = new Map<string, number>();
  const isMeant = (device: string) => devices === undefined || devices.includes(device);
  const hasWindow = window.fromMs !== undefined || window.toMs !== undefined;
  const edge = hasWindow ? EDGE : 0;
  return {
    take(reading: Arrived, evidence) {
      if (!isMeant(reading.device) || !isSent(reading, evidence)) return;
      if (hasWindow && !isWithin(window, evidence.secondsOf(reading.observedAt))) return;
      stored.set(reading.device, (stored.get(reading.device) ?? 0) + 1);
    },
    end(evidence): Outcome {
      const accounts = [...evidence.sent.keys()].filter(isMeant).map((device) => ({
        device,
        sent: sentOf(device, evidence, hasWindow ? window : undefined),
        stored: stored.get(device) ?? 0,
        refused: hasWindow ? 0 : (evidence.refused.get(device) ?? 0),
      }));
      const missingOf = (of: Account) => of.sent - of.stored - of.refused;
      const wrong = accounts.filter((of) => Math.abs(missingOf(of)) > edge);
      const lost = sumOf(wrong, (of) => Math.max(0, missingOf(of)));
      const twice = sumOf(wrong, (of) => Math.max(0, -missingOf(of)));
      const [sent, refused] = [sumOf(accounts, (of) => of.sent), sumOf(accounts, (of) => of.refused)];
      const { alike, missing } = evidence;
      const found = { sent, stored: sumOf(accounts, (of) => of.stored), twice, missing };
      const ok = sent > 0 && lost <= mayLose && twice === 0 && missing === 0;
      const counts = refused === 0 ? say.counts(found) : say.countsRefused({ ...found, refused });
      const named = listed(wrong.slice(0, maxNamed).map(say.deviceCounts));
      return {
        ok,
        expected: hasWindow
          ? say.storedOnceBetween({ from: (window.fromMs ?? 0) / 1000, to: (window.toMs ?? 0) / 1000 })
          : say.storedOnce(),
        measured: alike <= twice ? counts : say.withAlike({ counts, alike }),
        hint: sent === 0 ? say.nothingSent() : wrong.length > 0 ? say.differ({ devices: named }) : undefined,
      };
    },
  };
}

interface Account {
  readonly device: string;
  readonly sent: number;
  readonly stored: number;
  readonly refused: number;
}

function sentOf(
  device: string,
  evidence: Evidence,
  window: { fromMs?: number | undefined; toMs?: number | undefined } | undefined,
) {
  if (window === undefined) return sumOf([...(evidence.sent.get(device)?.values() ?? [])], (n) => n);
  const [fromS, toS] = [(window.fromMs ?? 0) / 1000, (window.toMs ?? Number.POSITIVE_INFINITY) / 1000];
  return evidence.sentBetween(device, fromS, toS);
}

function sumOf<Item>(items: readonly Item[], count: (item: Item) => number): number {
  return items.reduce((sum, item) => sum + count(item), 0);
}
