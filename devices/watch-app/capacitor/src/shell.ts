/** What the page takes from the shell (page/platform.ts): the Bluetooth plugin, and the two native plugins beside it. */

import { Capacitor, registerPlugin } from '@capacitor/core';
import { BleClient } from '@capacitor-community/bluetooth-le';

export const client = BleClient;
/** Only iOS needs it. */
export const ranging = Capacitor.getPlatform() === 'ios' ? registerPlugin('BeaconRanging') : undefined;
export const service = registerPlugin('WatchService');
