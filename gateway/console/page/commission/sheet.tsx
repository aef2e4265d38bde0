/** The site sheet: a page to print, of one device or of all, with what was recorded on site and room for what is written by hand. */
import './commission.css';
import { unitOf } from '../../../../shared/reading.ts';
import { foreign, printable, type Text } from '../../../../shared/text.ts';
import type { CommissioningRecord } from '../../../commission/records.ts';
import type { DeviceStatus } from '../../../status/status.ts';
import { momentText, numberText, placeText, valueText } from '../format.ts';
import { quantityName, thresholdName } from '../names.ts';
import { Fact, LevelLine, Title, Trouble, useAnswer } from '../parts.tsx';
import { hrefOf } from '../route.ts';
import { useLanguage, useLive, useNames, useSignedIn } from '../surroundings.tsx';
import { say as page } from '../words.ts';
import { useTypes } from './by-hand.tsx';
import { CrossSection } from './cross-section.tsx';
import { Photos } from './photos.tsx';
import { say } from './sheet-words.ts';
import { Survey } from './survey.tsx';
import { receiptText } from './test-panel.tsx';
import { say as test } from './test-words.ts';

/** Sheets of a box on one page. */
const maxSheets = 40;
const maxRecords = 2_000;
const RADIO = ['rssi', 'snr', 'margin'];

export function Sheet({ about }: { readonly about: string }) {
  const language = useLanguage();
  const { door } = useSignedIn();
  const all = useNames(({ devices }) => devices);
  const asked = about === '' ? {} : { device: about };
  const records = useAnswer(() => door.lines<CommissioningRecord>('list-records', asked, maxRecords), about);
  const shown = about === '' ? (all ?? []).slice(0, maxSheets) : [about];
  return (
    <>
      <div class="not-printed">
        {about !== '' && (
          <p>
            <a class="touch" href={hrefOf({ page: 'device', about })}>
              ← {say.toDevice()[language]}
            </a>
          </p>
        )}
        <div class="actions">
          <button type="button" class="main" onClick={() => print()}>
            {say.print()[language]}
          </button>
          {about !== '' && door.mayChange && (
            <a class="button" href={hrefOf({ page: 'test', about })}>
              {test.send()[language]}
            </a>
          )}
        </div>
        <Trouble text={records.trouble} />
      </div>
      {about === '' && <Title>{say.allDevices()[language]}</Title>}
      {about === '' && all?.length === 0 && <p>{say.noDevices()[language]}</p>}
      {(all === undefined || (records.answer === undefined && records.trouble === undefined)) && (
        <p>{page.opening()[language]}</p>
      )}
      {all !== undefined &&
        shown.map((id) => (
          <SheetOf
            key={id}
            id={id}
            isAlone={about !== ''}
            record={records.answer?.find(({ device }) => device === id)}
          />
        ))}
      {about === '' && (all?.length ?? 0) > maxSheets && (
        <p>{say.moreDevices({ count: (all?.length ?? 0) - maxSheets })[language]}</p>
      )}
    </>
  );
}

interface SheetOptions {
  readonly id: string;
  readonly isAlone: boolean;
  readonly record: CommissioningRecord | undefined;
}

function SheetOf({ id, isAlone, record }: SheetOptions) {
  const language = useLanguage();
  const device = useLive(({ status }) => status?.devices[id]);
  const heading = say.sheetOf({ device: id })[language];
  if (device === undefined) {
    return (
      <>
        <Title>{heading}</Title>
        <p>{page.noDevice()[language]}</p>
      </>
    );
  }
  return (
    <article class="sheet">
      {isAlone ? <Title>{heading}</Title> : <h2>{heading}</h2>}
      <div class="pair">
        <OfBox />
        <OfDevice device={device} record={record} />
      </div>
      {(device.thresholds.length > 0 || record?.mountingHeightM !== undefined) && (
        <Levels device={device} record={record} />
      )}
      <Radio id={id} device={device} record={record} />
      <FirstReadings device={device} record={record} />
      <Tests record={record} />
      {isAlone && <Photos />}
      <section class="signature">
        <h3>{say.signature()[language]}</h3>
      </section>
    </article>
  );
}

function OfBox() {
  const language = useLanguage();
  const { gateway, tenant, version, fingerprint } = useSignedIn().door.session;
  return (
    <section>
      <h3>{say.box()[language]}</h3>
      <dl class="facts">
        <Fact name={page.gateway()}>{gateway}</Fact>
        <Fact name={page.tenant()}>{tenant}</Fact>
        <Fact name={page.release()}>{version}</Fact>
        <Fact name={say.fingerprint()}>
          {fingerprint === undefined ? say.noCertificate()[language] : <code>{fingerprint}</code>}
        </Fact>
      </dl>
    </section>
  );
}

interface OfDeviceOptions {
  readonly device: DeviceStatus;
  readonly record: CommissioningRecord | undefined;
}

function OfDevice({ device: { type, port, place }, record }: OfDeviceOptions) {
  const language = useLanguage();
  const path = useLive(({ status }) => status?.ports[port]?.path);
  const summary = useTypes().answer?.find(({ name }) => name === type)?.summary;
  const lat = place?.lat;
  const lon = place?.lon;
  return (
    <section>
      <h3>{page.device()[language]}</h3>
      <dl class="facts">
        <Fact name={page.type()}>{[type, summary?.[language]].filter((each) => each !== undefined).join(' – ')}</Fact>
        {(place?.name !== undefined || lat !== undefined) && (
          <Fact name={say.place()}>
            {printable(place?.name ?? '')}{' '}
            {lat !== undefined && lon !== undefined && <>{placeText({ lat, lon }, language)}</>}
          </Fact>
        )}
        <Fact name={page.port()}>{port}</Fact>
        <Fact name={say.line()}>{record?.line ?? path}</Fact>
        <Written name={say.setting()} text={record?.setting} />
        <Written name={say.adapter()} text={record?.adapter} />
        <Written name={say.deviceSerial()} text={record?.deviceSerial} />
        <Written name={say.wiring()} text={record?.wiring} />
        <Written name={say.notes()} text={record?.notes} />
        {record !== undefined && (
          <Fact name={say.recorded()}>
            {
              say.recordedBy({ time: momentText(record.at, language), user: record.by ?? foreign('machimori') })[
                language
              ]
            }
          </Fact>
        )}
      </dl>
    </section>
  );
}

/** A line to write on if nothing was entered. */
function Written({ name, text }: { readonly name: Text; readonly text: string | undefined }) {
  return (
    <Fact name={name}>
      {text === undefined ? <span class="by-hand" aria-hidden="true" /> : <span class="written">{text}</span>}
    </Fact>
  );
}

function Levels({ device: { thresholds, units, last }, record }: OfDeviceOptions) {
  const language = useLanguage();
  const height = record?.mountingHeightM;
  const ofLevel = thresholds.filter(({ quantity }) => quantity === 'level');
  const water = last?.values.level;
  return (
    <section class="pair">
      <div>
        <h3>{say.levels()[language]}</h3>
        {height !== undefined && (
          <p>
            {say.mountingHeight()[language]} <strong>{numberText(height)} m</strong>
          </p>
        )}
        <ul class="thresholds">
          {thresholds
            .toSorted((a, b) => b.raise - a.raise)
            .map(({ alarm, quantity, raise, clear }) => {
              const text = (value: number) => valueText(value, unitOf(units, quantity) ?? '', language);
              return (
                <li key={`${alarm} ${quantity}`}>
                  <LevelLine alarm={alarm} />
                  <span>
                    {say.threshold({ name: thresholdName(alarm), raise: text(raise), clear: text(clear) })[language]}
                  </span>
                </li>
              );
            })}
        </ul>
      </div>
      {(ofLevel.length > 0 || height !== undefined) && (
        <CrossSection thresholds={ofLevel} sensorM={height} waterM={typeof water === 'number' ? water : undefined} />
      )}
    </section>
  );
}

/** What a radio device was heard with: of the recorded readings, and of the last one. */
function Radio({ id, device: { type, last, units }, record }: OfDeviceOptions & { readonly id: string }) {
  const language = useLanguage();
  const all = [
    ...(record?.readings ?? []),
    ...(last === undefined ? [] : [{ at: last.observedAt, values: last.values }]),
  ];
  const rows = all.filter(({ values }) => RADIO.some((name) => Object.hasOwn(values, name)));
  const isLorawan = type === 'lorawan';
  if (rows.length === 0 && !isLorawan) return null;
  return (
    <section>
      <h3>{say.radio()[language]}</h3>
      {rows.length > 0 && <Readings rows={rows} units={units} only={RADIO} />}
      {isLorawan && <Survey device={id} />}
    </section>
  );
}

function FirstReadings({ device: { units }, record }: OfDeviceOptions) {
  const language = useLanguage();
  const rows = record?.readings ?? [];
  return (
    <section>
      <h3>{say.firstReadings()[language]}</h3>
      {rows.length === 0 ? <p>{say.noReadings()[language]}</p> : <Readings rows={rows} units={units} />}
    </section>
  );
}

interface ReadingsOptions {
  readonly rows: readonly { readonly at: number; readonly values: Readonly<Record<string, unknown>> }[];
  readonly units: DeviceStatus['units'];
  readonly only?: readonly string[];
}

function Readings({ rows, units, only }: ReadingsOptions) {
  const language = useLanguage();
  const text = (name: string, value: unknown) =>
    typeof value === 'number' || typeof value === 'boolean' || typeof value === 'string'
      ? valueText(value, unitOf(units, name) ?? '', language)
      : '–';
  return (
    <table>
      <tbody>
        {rows.map(({ at, values }) => (
          <tr key={at}>
            <th scope="row">{momentText(at, language)}</th>
            <td>
              {Object.entries(values)
                .filter(([name]) => only?.includes(name) ?? true)
                .map(([name, value]) => (
                  <span key={name} class="value">{`${quantityName(name)[language]} ${text(name, value)} `}</span>
                ))}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Tests({ record }: Pick<OfDeviceOptions, 'record'>) {
  const language = useLanguage();
  const tests = record?.tests ?? [];
  return (
    <section>
      <h3>{say.tests()[language]}</h3>
      {tests.length === 0 && <p>{say.noTests()[language]}</p>}
      {tests.length > 0 && (
        <table>
          <tbody>
            {tests.map(({ at, receipts, unanswered }) => (
              <tr key={at}>
                <th scope="row">{momentText(at, language)}</th>
                <td>
                  <ul>
                    {receipts.map((receipt) => (
                      <li key={receipt.destination}>
                        {say.receipt({ destination: receipt.destination, what: receiptText(receipt) })[language]}{' '}
                        <span class="small">{test.batch(receipt)[language]}</span>
                      </li>
                    ))}
                    {unanswered.map((destination) => (
                      <li key={destination}>{say.unanswered({ destination })[language]}</li>
                    ))}
                  </ul>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}
