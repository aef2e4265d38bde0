/** A Chromium with Bluetooth that a test plays. */
import type { Browser, CDPSession, Page } from 'playwright-core';
import { openBrowser } from '../../chromium.ts';

export function openBrowserWithBluetooth(): Promise<Browser> {
  return openBrowser('--enable-experimental-web-platform-features'); // Web Bluetooth, and watching advertisements
}

/** One device near the computer. The domain is experimental and the browser's own, not a page's. */
export class EmulatedBluetooth {
  readonly #session: CDPSession;

  private constructor(session: CDPSession) {
    this.#session = session;
  }

  static async of(browser: Browser): Promise<EmulatedBluetooth> {
    const bluetooth = new EmulatedBluetooth(await browser.newBrowserCDPSession());
    await bluetooth.#enable();
    return bluetooth;
  }

  /** For a new page, or one loaded again: nothing of the emulation is left for it. */
  async again(): Promise<void> {
    await this.#send('disable', {});
    await this.#enable();
  }

  async #enable(): Promise<void> {
    await this.#send('enable', { state: 'powered-on', leSupported: true });
    const device = { address: ADDRESS, name: 'tag', manufacturerData: [], knownServiceUuids: [] };
    await this.#send('simulatePreconnectedPeripheral', device);
  }

  /** Without appearance and txPower Chromium never answers. */
  async advertise(company: number, data: Uint8Array, rssi: number): Promise<void> {
    const manufacturerData = [{ key: company, data: Buffer.from(data).toString('base64') }];
    const scanRecord = { name: 'tag', uuids: [], appearance: 0, txPower: 0, manufacturerData };
    await this.#send('simulateAdvertisement', { entry: { deviceAddress: ADDRESS, rssi, scanRecord } });
  }

  #send(method: string, parameters: object): Promise<unknown> {
    const send = this.#session.send.bind(this.#session) as (method: string, parameters: object) => Promise<unknown>; // the types lack it
    return send(`BluetoothEmulation.${method}`, parameters);
  }
}

const ADDRESS = '09:09:09:09:09:09';

/** Answers the page's question for a device, once, as a person who touches the first. */
export async function chooseDevice(page: Page): Promise<void> {
  const session = await page.context().newCDPSession(page);
  await session.send('DeviceAccess.enable');
  session.once('DeviceAccess.deviceRequestPrompted', ({ id, devices }) => {
    const [device] = devices;
    if (device !== undefined) void session.send('DeviceAccess.selectPrompt', { id, deviceId: device.id });
  });
}
