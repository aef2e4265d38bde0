/** The page: one switch, what it does and does not collect, and a way out. Nothing on it depends on whether a tag was heard. */
import type { ComponentChildren } from 'preact';
import type { Language, Text } from '../../../shared/text.ts';
import type { DetectorState } from '../core/state.ts';
import type { Config } from './config.ts';
import type { Platform } from './platform.ts';
import { Platforms } from './platforms.tsx';
import { say } from './words.ts';

export interface View {
  readonly language: Language;
  readonly page: 'main' | 'platforms';
  readonly state: DetectorState;
  readonly config: Config;
  readonly platform: Platform['kind'];
  readonly isWithdrawn: boolean;
  readonly turnOn: () => void;
  readonly turnOff: () => void;
  readonly agree: () => void;
  readonly withdraw: () => void;
}

export function Frame({
  language,
  turn,
  children,
}: {
  readonly language: Language;
  readonly turn: () => void;
  readonly children: ComponentChildren;
}) {
  const other = language === 'ja' ? 'en' : 'ja';
  return (
    <>
      <header>
        <img src="./icon.svg" alt="" width="36" height="36" />
        <span class="name">{say.name()[language]}</span>
        <button type="button" class="language" lang={other} onClick={turn}>
          {say.thisLanguage()[other]}
        </button>
      </header>
      <main>{children}</main>
    </>
  );
}

export function App(view: View) {
  const { language, page, platform } = view;
  if (page === 'platforms') return <Platforms language={language} here={platform} />;
  return view.state.consent === undefined ? <Asking {...view} /> : <Helping {...view} />;
}

function Asking(view: View) {
  const { language, state, isWithdrawn, agree } = view;
  return (
    <>
      <p class="notice" role="status">
        {isWithdrawn ? say.withdrawn()[language] : ''}
      </p>
      <h1 tabIndex={-1}>{say.lead()[language]}</h1>
      <p class="lead">{say.leadBody()[language]}</p>
      <Details {...view} />
      <section class="card">
        {state.operators.length === 0 ? (
          <p role="status">{(state.list === 'current' ? say.noOperators : LIST[state.list])()[language]}</p>
        ) : (
          <button type="button" class="main" onClick={agree}>
            {say.agree()[language]}
          </button>
        )}
        <p>{say.agreeNote()[language]}</p>
      </section>
    </>
  );
}

function Helping(view: View) {
  const { language, state, turnOn, turnOff, withdraw } = view;
  const isOn = state.activity !== 'off';
  return (
    <>
      <h1 class="quiet" tabIndex={-1}>
        {say.lead()[language]}
      </h1>
      <section class={isOn ? 'card switch on' : 'card switch'}>
        <button type="button" role="switch" aria-checked={isOn} onClick={isOn ? turnOff : turnOn}>
          <span class="label">{say.switchLabel()[language]}</span>
          <span class="track" aria-hidden="true">
            <span class="thumb" />
          </span>
          <span class="state">{(isOn ? say.on() : say.off())[language]}</span>
        </button>
        <div role="status">
          {messages(view).map((text) => (
            <p key={text.code}>{text[language]}</p>
          ))}
        </div>
      </section>
      <Details {...view} />
      <section class="card">
        <button type="button" class="leave" onClick={withdraw}>
          {say.withdraw()[language]}
        </button>
        <p>{say.withdrawNote()[language]}</p>
        <p class="small">{say.agreedAt({ date: dateOf(state.consent?.at ?? 0, language) })[language]}</p>
      </section>
    </>
  );
}

const TROUBLE: Readonly<Record<NonNullable<DetectorState['trouble']>, () => Text>> = {
  'bluetooth-off': say.bluetoothOff,
  'not-allowed': say.notAllowed,
  'not-supported': say.notSupported,
  'scan-failed': say.scanFailed,
  storage: say.storage,
  failed: say.failed,
};
const LIST = { none: say.listNone, over: say.listOver, forged: say.listForged };
const ACTIVITY = { off: say.isOff, on: say.isOn, resting: say.isResting };

function messages({ state, platform }: View): Text[] {
  const { activity, list, trouble, isHubReached, isPlaceKnown } = state;
  const isOn = activity !== 'off';
  const troubles = [
    ...(trouble === undefined ? [] : [TROUBLE[trouble]()]),
    ...(list === 'current' ? [] : [LIST[list]()]),
    ...(isOn && isPlaceKnown === false ? [say.placeUnknown()] : []),
    ...(isOn && isHubReached === false ? [say.offline()] : []),
  ];
  const isWell = troubles.length === 0 || !isOn;
  return [
    ...(isWell ? [ACTIVITY[activity]()] : []),
    ...troubles,
    ...(isOn && platform !== 'shell' ? [say.keepInFront()] : []),
  ];
}

function Details({ language, state: { operators }, config: { city, contact } }: View) {
  const items = (texts: readonly (() => Text)[]) =>
    texts.map((text) => {
      const { code, [language]: words } = text();
      return <li key={code}>{words}</li>;
    });
  const hours = Math.floor(Math.min(...operators.map(({ retentionMs }) => retentionMs)) / 3_600_000);
  return (
    <section>
      <h2>{say.collects()[language]}</h2>
      <ul class="yes">{items([say.collectsTag, say.collectsCover])}</ul>
      <h2>{say.collectsNot()[language]}</h2>
      <ul class="no">{items([say.notYou, say.notPath, say.notOthers, say.notShown])}</ul>
      <h2>{say.operators()[language]}</h2>
      {operators.length === 0 && <p>{say.noOperators()[language]}</p>}
      <dl>
        {operators.map(({ id, name, purpose }) => (
          <div key={id}>
            <dt>{name[language]}</dt>
            <dd>{purpose[language]}</dd>
          </div>
        ))}
      </dl>
      <p>{say.operatorsNote()[language]}</p>
      {hours >= 1 && Number.isFinite(hours) && <p>{say.retention({ hours })[language]}</p>}
      <p>{say.battery()[language]}</p>
      <p>
        <a href="#platforms">{say.platforms()[language]}</a>
      </p>
      <p class="small">
        {say.responsible()[language]}: {city[language]}
        <br />
        <a href={contact} rel="noreferrer">
          {say.contact()[language]}
        </a>
      </p>
    </section>
  );
}

function dateOf(at: number, language: Language): string {
  return new Intl.DateTimeFormat(language, { dateStyle: 'long' }).format(at);
}
