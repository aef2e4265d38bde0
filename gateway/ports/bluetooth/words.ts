import { sentences } from '../../../shared/text.ts';

export const say = sentences('bluetooth-port', {
  bluetooth: {
    en: "The box's own Bluetooth controller, handed over by the kernel, for a detector ble-hci.",
    ja: '本体内蔵のBluetoothコントローラー。検知器 ble-hci が占有して使います。',
  },
  adapter: {
    en: 'Which one, as in /sys/class/bluetooth.',
    ja: '使用するコントローラー（/sys/class/bluetooth での名前）。',
  },
  mustBeAdapter: { en: 'must be hci0, hci1, …', ja: 'は hci0、hci1 のように指定してください' },
  noAdapter: { en: 'there is no Bluetooth controller {adapter}', ja: 'Bluetoothコントローラー {adapter} がありません' },
  listAdapters: {
    en: 'ls /sys/class/bluetooth lists those that are there; rfkill may have switched it off',
    ja: 'ls /sys/class/bluetooth で確認してください。rfkill で無効になっている場合もあります',
  },
  notPermitted: {
    en: 'the gateway may not take the controller: its service needs CAP_NET_ADMIN and CAP_NET_RAW (docs/detectors.md)',
    ja: 'コントローラーを使う権限がありません。サービスに CAP_NET_ADMIN と CAP_NET_RAW が必要です（docs/ja/detectors.md）',
  },
  busy: {
    en: '{adapter} is in use: stop bluetoothd and switch it off (hciconfig {adapter} down)',
    ja: '{adapter} は使用中です。bluetoothd を止め、hciconfig {adapter} down で停止してください',
  },
  noBluetooth: {
    en: 'this system has no Bluetooth, or the service may not use it (RestrictAddressFamilies)',
    ja: 'このシステムにはBluetoothがないか、サービスに許可されていません（RestrictAddressFamilies）',
  },
});
