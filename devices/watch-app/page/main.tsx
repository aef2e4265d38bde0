/** Wires the detector to this device and draws the page again after each change. */
import { render } from 'preact';
import { chooseLanguage, chosenLanguage, forgetLanguage } from '../../../shared/page/language.ts';
import type { Text } from '../../../shared/text.ts';
import { createDetector } from '../core/detector.ts';
import { geolocation } from '../locate/geolocation.ts';
import { hubAt } from '../send/fetch.ts';
import { indexedDbStore } from '../stores/indexed-db.ts';
import { App, Frame } from './app.tsx';
import { type Config, readConfig } from './config.ts';
import { platformHere } from './platform.ts';
import { say } from './words.ts';

/** Changes whenever the words of consent change their meaning: then consent is asked for anew. */
const WORDS = '2026-11';

const root = document.getElementById('app') ?? document.body;
let language = chosenLanguage(localStorage, navigator.language);

function turnLanguage(): void {
  language = language === 'ja' ? 'en' : 'ja';
  chooseLanguage(localStorage, language);
}

function inLanguage(): void {
  document.documentElement.lang = language;
  document.title = say.name()[language];
}

/** What is on the page has changed altogether: a screen reader begins at its heading. */
function toTop(): void {
  scrollTo(0, 0);
  root.querySelector('h1')?.focus();
}

/** Whether the browser has the curves for sealing and for the list's signature. */
async function canSeal(): Promise<boolean> {
  try {
    await crypto.subtle.generateKey({ name: 'X25519' }, false, ['deriveBits']);
    await crypto.subtle.generateKey({ name: 'Ed25519' }, false, ['sign', 'verify']);
    return true;
  } catch {
    return false;
  }
}

/** Instead of everything else. */
function show(text: Text): void {
  const turn = () => {
    turnLanguage();
    show(text);
  };
  inLanguage();
  render(
    <Frame language={language} turn={turn}>
      <p role="alert">{text[language]}</p>
    </Frame>,
    root,
  );
}

async function run(config: Config): Promise<void> {
  const { kind, scanner, service } = await platformHere();
  const detector = createDetector({
    scanner,
    locate: geolocation(navigator.geolocation),
    store: indexedDbStore(indexedDB, 'watch-over'),
    send: hubAt(config.hub),
    listKey: config.listKey,
    words: WORDS,
  });
  let isWithdrawn = false;
  let isFailed = false;

  const draw = () => {
    inLanguage();
    const { state } = detector;
    const view = {
      ...{ language, config, platform: kind, isWithdrawn, agree, withdraw, turnOn, turnOff },
      page: location.hash === '#platforms' ? ('platforms' as const) : ('main' as const),
      state: isFailed ? { ...state, trouble: 'failed' as const } : state,
    };
    const turn = () => {
      turnLanguage();
      draw();
    };
    render(
      <Frame language={language} turn={turn}>
        <App {...view} />
      </Frame>,
      root,
    );
  };
  /** What a touch sets off. */
  const doing = (action: () => Promise<void>) => () => {
    isFailed = false;
    action().catch(() => {
      isFailed = true;
      draw();
    });
  };
  const agree = doing(async () => {
    isWithdrawn = false;
    await detector.agree();
    toTop();
    await navigator.storage?.persist?.();
  });
  const turnOn = doing(async () => {
    await detector.start();
    if (detector.state.activity === 'off') return; // the state tells why
    try {
      await service?.start({ title: say.name()[language], text: say.isOn()[language] });
    } catch (fault) {
      await detector.stop(); // it would end unseen as soon as the screen is off
      if (detector.state.trouble === undefined) throw fault; // otherwise the state tells why
    }
  });
  const turnOff = doing(async () => {
    await detector.stop();
    await service?.stop();
  });
  const withdraw = doing(async () => {
    await detector.withdraw();
    forgetLanguage(localStorage);
    isWithdrawn = true;
    draw();
    toTop();
    await service?.stop();
  });

  detector.onChange(draw);
  addEventListener('online', () => detector.online());
  addEventListener('hashchange', () => {
    draw();
    toTop();
  });
  await detector.open();
  draw();
  await detector.refresh();
}

async function start(): Promise<void> {
  if ('serviceWorker' in navigator && !('Capacitor' in window)) void navigator.serviceWorker.register('./sw.js');
  const config = await readConfig();
  if (config === undefined) return show(say.notSetUp());
  if (!(await canSeal())) return show(say.tooOld());
  // One page at a time: two would share the store.
  await navigator.locks.request('watch-over', { ifAvailable: true }, async (lock) => {
    if (lock === null) return show(say.secondTab());
    await run(config);
    await new Promise(() => undefined); // until the page is closed
  });
}

start().catch(() => show(say.failed()));
