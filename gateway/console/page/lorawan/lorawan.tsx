/** LoRaWAN devices: those that are registered, strangers that were heard, and a form that registers one. */
import { useState } from 'preact/hooks';
import { numberText } from '../format.ts';
import { say as sayMap } from '../map/titles-words.ts';
import { Ago, Fact, Title, Trouble, useAnswer } from '../parts.tsx';
import { hrefOf } from '../route.ts';
import { useLanguage, useLive, useSignedIn } from '../surroundings.tsx';
import { say } from '../words.ts';
import type { Registered, Stranger } from './answers.ts';
import { Register } from './register.tsx';
import { Scan } from './scan.tsx';
import { say as own } from './words.ts';

/** A register may have thousands: more are found by searching. */
const maxShown = 200;
const maxRead = 10_000;
const searchFrom = 8;

export function Lorawan() {
  const language = useLanguage();
  const { door } = useSignedIn();
  const count = useLive(({ status }) => status?.lorawan.registered ?? 0);
  const foreign = useLive(({ status }) => status?.lorawan.unknown ?? 0);
  const devices = useAnswer(() => door.lines<Registered>('list-devices', {}, maxRead), count);
  const strangers = useAnswer(() => door.lines<Stranger>('list-strangers', {}, maxRead), foreign);
  const [wanted, setWanted] = useState<Partial<Stranger>>();
  const [isScanning, setScanning] = useState(false);
  const registered = devices.answer ?? [];
  const known = new Set(registered.map(({ devEui }) => devEui));
  const heard = (strangers.answer ?? []).filter(({ devEui }) => !known.has(devEui)).toReversed();
  return (
    <>
      <Title>{say.lorawan()[language]}</Title>
      <section aria-labelledby="strangers">
        <h2 id="strangers">
          {say.strangers()[language]} <span class="count">{heard.length}</span>
        </h2>
        <Trouble text={strangers.trouble} />
        {heard.length === 0 && <p>{say.noStrangers()[language]}</p>}
        <ul class="cards">
          {heard.map((stranger) => (
            <li key={stranger.devEui} class="card">
              <h3>
                <code>{stranger.devEui}</code>
              </h3>
              <dl class="facts">
                {stranger.joinEui !== undefined && (
                  <Fact name={say.joinEui()}>
                    <code>{stranger.joinEui}</code>
                  </Fact>
                )}
                <Fact name={say.station()}>
                  <code>{stranger.station}</code>
                </Fact>
                <Fact name={say.heard()}>
                  <Ago at={stranger.at} />
                </Fact>
              </dl>
              {door.mayChange && (
                <button type="button" onClick={() => setWanted(stranger)}>
                  {say.registerThis()[language]}
                </button>
              )}
            </li>
          ))}
        </ul>
        {door.mayChange && (
          <div class="actions">
            <button type="button" onClick={() => setWanted({})}>
              {say.registerOne()[language]}
            </button>
            <button type="button" onClick={() => setScanning(!isScanning)} aria-expanded={isScanning}>
              {own.scan()[language]}
            </button>
            <button type="button" onClick={strangers.again}>
              {say.lookAgain()[language]}
            </button>
          </div>
        )}
      </section>
      {isScanning && (
        <Scan registered={registered} found={({ devEui, joinEui = '' }) => setWanted({ devEui, joinEui })} />
      )}
      {wanted !== undefined && (
        <Register
          key={wanted.devEui ?? ''}
          stranger={wanted}
          registered={registered}
          close={() => setWanted(undefined)}
          added={() => {
            devices.again();
            strangers.again();
          }}
        />
      )}
      <Trouble text={devices.trouble} />
      <RegisteredDevices all={registered} />
    </>
  );
}

function RegisteredDevices({ all }: { readonly all: readonly Registered[] }) {
  const language = useLanguage();
  const [wanted, setWanted] = useState('');
  const text = wanted.trim().toLowerCase();
  const found = all.filter(({ id, devEui, project }) => `${id} ${devEui} ${project}`.toLowerCase().includes(text));
  return (
    <section aria-labelledby="registered">
      <h2 id="registered">
        {say.registered()[language]} <span class="count">{all.length}</span>
      </h2>
      {all.length === 0 && <p>{say.noneRegistered()[language]}</p>}
      {all.length > searchFrom && (
        <label class="search">
          <span>{say.searchDevice()[language]}</span>
          <input type="search" value={wanted} onInput={({ currentTarget }) => setWanted(currentTarget.value)} />
        </label>
      )}
      <ul class="cards">
        {found.slice(0, maxShown).map((device) => (
          <li key={device.id} class="card device">
            <h3>{device.id}</h3>
            <p class="path">
              <code>{device.devEui}</code>
            </p>
            <dl class="facts">
              <Fact name={say.project()}>{device.project}</Fact>
              <Fact name={say.profile()}>{device.profile}</Fact>
              <Fact name={say.activation()}>
                {device.activation.toUpperCase()} {device.version}
              </Fact>
              <Fact name={say.readings()}>{numberText(device.readings)}</Fact>
              <Fact name={say.rubbish()}>{numberText(device.rubbish)}</Fact>
              <Fact name={say.heard()}>
                <Ago at={device.lastAt === undefined ? undefined : Date.parse(device.lastAt)} />
              </Fact>
            </dl>
            <a class="touch" href={hrefOf({ page: 'walk', about: device.id })}>
              {sayMap.walk()[language]}
            </a>
          </li>
        ))}
      </ul>
      {found.length > maxShown && <p>{say.moreDevices({ count: found.length - maxShown })[language]}</p>}
    </section>
  );
}
