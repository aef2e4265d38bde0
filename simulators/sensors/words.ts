import { sentences } from '../../shared/text.ts';

export const say = sentences('simulators.sensors', {
  // GPS
  clockJump: { en: 'Its clock is off', ja: '時計がずれている' },
  jumpBy: { en: 'By how much; negative: it is slow', ja: 'ずれの大きさ（負の値は遅れ）' },
  daysOff: { en: 'Its date is wrong', ja: '日付が誤っている' },
  days: { en: 'By how many days', ja: 'ずれの日数' },
  weekRollover: {
    en: 'Its date has gone back by 1,024 weeks (GPS week number roll-over)',
    ja: '日付が1024週戻っている（GPS週番号のロールオーバー）',
  },
  noFix: { en: 'It sees no satellite and sends void sentences', ja: '衛星を捕捉できず、無効なセンテンスを送る' },
  frozenFix: { en: 'It goes on sending the same position', ja: '同じ位置を送り続ける' },
  drift: {
    en: 'Its position is off, in a direction that turns once a minute',
    ja: '位置がずれ、その方向は1分で1周する',
  },
  metres: { en: 'By how many metres', ja: 'ずれの距離（m）' },
  // Gauges and other sensors
  noEcho: { en: 'No echo comes back', ja: '反射波が戻らない' },
  spike: { en: 'A reading is far off', ja: '測定値が大きく外れる' },
  oneIn: { en: 'One reading in so many', ja: '何回に1回か' },
  frozen: { en: 'It goes on giving the same reading', ja: '同じ測定値を出し続ける' },
  silence: { en: 'It says nothing', ja: '何も送らない' },
  emptyLine: { en: 'Its lines are empty', ja: '空の行を送る' },
  // Modbus
  exception: { en: 'It answers with a Modbus exception', ja: 'Modbusの例外応答を返す' },
  exceptionCode: {
    en: 'Exception code: 4 device failure, 6 device busy',
    ja: '例外コード（4: 機器の故障、6: 機器が処理中）',
  },
  slow: { en: 'Its answers take longer', ja: '応答が遅い' },
  longerBy: { en: 'By how much', ja: '遅れの大きさ' },
  mute: { en: 'It does not answer', ja: '応答しない' },
  wrongUnit: { en: 'Its answers bear another address', ja: '別のアドレスで応答する' },
  unitAddress: { en: 'That address', ja: '応答に付くアドレス' },
  // BLE detectors
  restart: {
    en: 'Its firmware starts anew, scans no more, and says that it is ready',
    ja: 'ファームウェアが再起動し、走査を止め、準備完了を通知する',
  },
  failure: {
    en: 'It reports a hardware error and scans no more',
    ja: 'ハードウェア異常を通知し、走査を止める',
  },
  deaf: { en: 'It goes on working and hears nothing', ja: '動作は続けるが、何も受信しない' },
  deafUntilScan: {
    en: 'It hears nothing until its scan is switched off and on',
    ja: '走査を入れ直すまで何も受信しない',
  },
  deafUntilReset: { en: 'It hears nothing until it is reset', ja: 'リセットするまで何も受信しない' },
  // LoRa modems
  powerCycle: { en: 'The power fails and comes back', ja: '電源が落ちて復帰する' },
  deafModem: { en: 'It hears nothing and answers nothing', ja: '何も受信せず、応答もしない' },
  busy: { en: 'It answers every command that it is busy', ja: 'すべてのコマンドに処理中と応答する' },
});
