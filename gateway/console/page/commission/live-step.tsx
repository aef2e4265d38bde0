/** The first readings as they arrive, or why none does. The first few go into the record of the device. */
import { useEffect } from 'preact/hooks';
import type { Text } from '../../../../shared/text.ts';
import type { Status } from '../../../status/status.ts';
import { momentText, spanText } from '../format.ts';
import { rubbishName } from '../names.ts';
import { Trouble, useDoing } from '../parts.tsx';
import { useLanguage, useLive, useSignedIn, useTicking } from '../surroundings.tsx';
import { Values } from '../values.tsx';
import { CrossSection } from './cross-section.tsx';
import type { Draft, FirstReading, StepOptions } from './draft.ts';
import { isNumber } from './mistakes.ts';
import { recordOf } from './record.ts';
import { say } from './words.ts';

const maxFirst = 5;
/** A line that works tells something sooner; a device may have a rhythm of its own. */
const usualMs = 20_000;

export function LiveStep({ draft, change, next }: StepOptions) {
  const language = useLanguage();
  const { door } = useSignedIn();
  const device = useLive(({ status }) => status?.devices[draft.id]);
  const isKnown = useLive(({ status }) => status !== undefined);
  const { isBusy, trouble, act } = useDoing();
  const last = device?.last;
  useEffect(() => {
    const isNew =
      last !== undefined && last.kind !== 'status' && draft.readings.every(({ at }) => at !== last.observedAt);
    if (isNew && draft.readings.length < maxFirst) {
      change({ readings: [...draft.readings, { at: Math.round(last.observedAt), values: plainValues(last.values) }] });
    }
  }, [last]);
  const go = () =>
    act(async () => {
      await door.json('keep-record', recordOf(draft));
      next();
      return undefined;
    });
  /** What was written goes again, so that it can be entered otherwise. */
  const takeBack = () =>
    act(async () => {
      if (device !== undefined) {
        await door.json('change-config', { changes: draft.added.map((name) => ({ remove: name })) });
      }
      const step = device === undefined ? 'write' : draft.chosen?.hasLevel ? 'thresholds' : 'place';
      change({ step, isBegun: false, isWritten: false, added: [], readings: [], writtenAt: undefined });
      return undefined;
    });
  const level = last?.values.level;
  const hasValue = last !== undefined && (device?.readings ?? 0) > 0;
  return (
    <>
      {isKnown && device === undefined && <p class="why">{say.noSuchDevice()[language]}</p>}
      {device !== undefined && hasValue && (
        <>
          <p class="done" role="status">
            ✓ {say.valueCame()[language]}
          </p>
          <section class="card">
            <h3>{draft.id}</h3>
            <p class="small">{momentText(last.observedAt, language)}</p>
            <Values device={device} all />
          </section>
          <p>{say.compare()[language]}</p>
          {draft.chosen?.hasLevel === true && (
            <CrossSection
              thresholds={device.thresholds}
              sensorM={isNumber(draft.mountingHeight) ? Number(draft.mountingHeight) : undefined}
              waterM={typeof level === 'number' ? level : undefined}
            />
          )}
        </>
      )}
      {device !== undefined && !hasValue && <Missing draft={draft} port={device.port} />}
      <Trouble text={trouble} />
      <div class="actions">
        <button type="button" class={hasValue ? 'main' : ''} disabled={isBusy || device === undefined} onClick={go}>
          {(hasValue ? say.next : say.goAnyway)()[language]}
        </button>
        {isKnown && (
          <button type="button" disabled={isBusy} onClick={takeBack}>
            {(device === undefined ? say.writeAgain : say.takeBack)()[language]}
          </button>
        )}
      </div>
    </>
  );
}

/** Nothing has come: what the port says of it. */
function Missing({ draft, port: name }: { readonly draft: Draft; readonly port: string }) {
  const language = useLanguage();
  const { live } = useSignedIn();
  const port = useLive(({ status }) => status?.ports[name]);
  const began = draft.writtenAt ?? live.now;
  const forMs = useTicking(() => Math.floor((live.now - began) / 1_000) * 1_000);
  const why = port === undefined ? undefined : faultOf(name, port);
  return (
    <section class="card" role="status">
      <p>{say.waitForValue()[language]}</p>
      {forMs >= usualMs && <p class="why">{say.noValue({ span: spanText(forMs) })[language]}</p>}
      {why !== undefined && (forMs >= usualMs || port?.state === 'closed') && <p>{why[language]}</p>}
    </section>
  );
}

function faultOf(name: string, port: Status['ports'][string]): Text | undefined {
  if (port.state !== 'open') return port.why && say.portClosed({ port: name, why: port.why });
  const [[code] = ['']] = Object.entries(port.rubbishByCode).toSorted(([, a], [, b]) => b - a);
  if (code !== '') return say.onlyRubbish({ port: name, why: port.lastRubbish ?? rubbishName(code) });
  return port.bytes === 0 ? say.noBytes({ port: name }) : undefined;
}

const maxValues = 12;

/** What is not a number is null in JSON, and is left out. */
function plainValues(values: Readonly<Record<string, unknown>>): FirstReading['values'] {
  const plain = Object.entries(values).filter(
    (entry): entry is [string, number | string | boolean] =>
      ['number', 'boolean'].includes(typeof entry[1]) || (typeof entry[1] === 'string' && entry[1].length <= 200),
  );
  return Object.fromEntries(plain.slice(0, maxValues));
}
