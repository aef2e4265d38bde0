/** One frame: raw beside decoded. */
import { useMemo } from 'preact/hooks';
import { type LiveFrame, spacedHex, textOfHex } from '../../../../shared/live-frames.ts';
import { isDoubtful, UNITS_OF_KIND, type Units, unitOf } from '../../../../shared/reading.ts';
import { clockText, valueText } from '../format.ts';
import { qualityName, quantityName, rubbishName } from '../names.ts';
import { useLanguage, useSignedIn } from '../surroundings.tsx';
import { quantitiesOf } from '../values.tsx';
import { say } from './words.ts';

/** Bytes of a frame on the page; a recording has all. */
const maxShown = 96;
const maxValues = 16;

/** Drawn once, however often others come. */
export function Frame({ frame }: { readonly frame: LiveFrame }) {
  const language = useLanguage();
  return useMemo(() => <Drawn frame={frame} />, [frame, language]);
}

function Drawn({ frame }: { readonly frame: LiveFrame }) {
  const language = useLanguage();
  const { at, device, kind, topic, written } = frame;
  const thousandths = String(at % 1_000).padStart(3, '0');
  return (
    <li class={frame.rubbish.length > 0 ? 'card frame trouble' : 'card frame'}>
      <p class="frame-head">
        <time dateTime={new Date(at).toISOString()}>
          {clockText(at)}.{thousandths}
        </time>{' '}
        {device !== undefined && <strong>{device}</strong>} {kind !== undefined && <span>{kind}</span>}{' '}
        {topic !== undefined && <code>{topic}</code>}
      </p>
      <div class="pair">
        <div>
          <span class="unseen">{say.raw()[language]}: </span>
          <Raw frame={frame} />
          {written.map((hex, i) => (
            <Bytes key={i} hex={hex} length={hex.length / 2} isWritten />
          ))}
        </div>
        <div>
          <span class="unseen">{say.decoded()[language]}: </span>
          <Decoded frame={frame} />
        </div>
      </div>
    </li>
  );
}

function Raw({ frame: { length, hex, written } }: { readonly frame: LiveFrame }) {
  const language = useLanguage();
  if (length === undefined) return written.length > 0 ? null : <p class="small">{say.noBytes()[language]}</p>;
  if (hex !== undefined) return <Bytes hex={hex} length={length} />;
  return (
    <p class="small">
      {say.bytes({ count: length })[language]}, {say.notShown()[language]}
    </p>
  );
}

interface BytesOptions {
  readonly hex: string;
  readonly length: number;
  readonly isWritten?: boolean;
}

function Bytes({ hex, length, isWritten = false }: BytesOptions) {
  const language = useLanguage();
  const shown = hex.slice(0, 2 * maxShown);
  return (
    <>
      {isWritten && <p class="small">→ {say.asked()[language]}</p>}
      <pre class="raw">{`${spacedHex(shown)}\n${textOfHex(shown)}`}</pre>
      <p class="small">
        {
          (shown.length < 2 * length
            ? say.firstOf({ shown: shown.length / 2, count: length })
            : say.bytes({ count: length }))[language]
        }
      </p>
    </>
  );
}

function Decoded({ frame: { readings, more, tags, rubbish, length } }: { readonly frame: LiveFrame }) {
  const language = useLanguage();
  const hasNothing = readings.length + rubbish.length + (tags ?? 0) === 0;
  return (
    <>
      {readings.map((reading, i) => (
        <ReadingOf key={i} reading={reading} />
      ))}
      {more !== undefined && <p>{say.moreReadings({ count: more })[language]}</p>}
      {tags !== undefined && <p>{say.tags({ count: tags })[language]}</p>}
      {rubbish.map(({ code, detail, device }, i) => (
        <p key={i} class="why">
          <span aria-hidden="true">✕ </span>
          {device !== undefined && `${device}: `}
          {rubbishName(code)[language]}
          {detail !== undefined && <span class="last"> {detail[language]}</span>}
        </p>
      ))}
      {hasNothing && length !== undefined && <p class="small">{say.noReading()[language]}</p>}
    </>
  );
}

function ReadingOf({ reading }: { readonly reading: LiveFrame['readings'][number] }) {
  const language = useLanguage();
  const { live } = useSignedIn();
  const { device, kind, values, quality } = reading;
  const units: Units = { ...UNITS_OF_KIND[kind], ...live.status?.devices[device]?.units };
  return (
    <p>
      <strong>{device}</strong>{' '}
      {quantitiesOf(reading)
        .slice(0, maxValues)
        .map((name) => {
          const text = `${quantityName(name)[language]} ${valueText(values[name] ?? '', unitOf(units, name) ?? '', language)}`;
          return isDoubtful(reading, name) ? `${text} ?` : text;
        })
        .join(' · ')}
      {quality !== undefined && <span class="doubt"> ? {qualityName(quality)[language]}</span>}
    </p>
  );
}
