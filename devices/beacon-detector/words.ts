import { sentences } from '../../shared/text.ts';

export const say = sentences('beacon-detector', {
  summary: {
    en: 'Bluetooth LE beacon detector: a controller on HCI over UART (H4)',
    ja: 'Bluetooth LEビーコン検知器（HCI UART、H4）',
  },
  window: {
    en: 'How long advertisements of a tag are combined into one sighting.',
    ja: '同じタグの電波を1回の検知としてまとめる時間。',
  },
  tags: {
    en: 'The enrolled tags; everything else is forgotten.',
    ja: '登録済みのタグ。それ以外の電波は記録しません。',
  },
  tagName: { en: 'What the tag is called in the feed.', ja: '送信データでのタグの名前。' },
  tagId: {
    en: 'How the tag is recognised, such as "ibeacon:UUID/major/minor" or "address:aa:bb:cc:dd:ee:ff".',
    ja: 'タグの識別子。"ibeacon:UUID/major/minor" や "address:aa:bb:cc:dd:ee:ff" など。',
  },
  mustBeTagId: {
    en: 'must be "ibeacon:UUID/major/minor", "eddystone:20 hex digits/12 hex digits", "altbeacon:40 hex digits" or "address:aa:bb:cc:dd:ee:ff"',
    ja: 'は "ibeacon:UUID/major/minor"、"eddystone:16進数20桁/16進数12桁"、"altbeacon:16進数40桁"、"address:aa:bb:cc:dd:ee:ff" のいずれかの形で指定してください',
  },
  mustListOnce: { en: 'must list each tag id only once', ja: 'に同じタグの識別子を重ねて指定できません' },
  setUp: {
    en: 'Whether to reset the controller and switch scanning on when the port opens.',
    ja: 'ポートを開いたときにコントローラーを初期化し、スキャンを開始するかどうか。',
  },
  all: {
    en: "Give every advertisement as it comes, with its sender's address; for decoding recordings only.",
    ja: '受信したすべての電波を送信元アドレス付きで出力します。記録ファイルの解読専用です。',
  },

  strangePacket: {
    en: 'packet of type {type}, {bytes} {bytes:byte|bytes}',
    ja: '種別{type}のパケット（{bytes}バイト）',
  },
  strangeSubevent: { en: 'LE meta event, subevent {subevent}', ja: 'LEメタイベント、サブイベント{subevent}' },
  strangeEvent: { en: 'event {code}', ja: 'イベント{code}' },
  reportCutShort: {
    en: 'an advertising report of {bytes} {bytes:byte|bytes} is cut short',
    ja: 'アドバタイズ報告（{bytes}バイト）が途中で切れています',
  },
  noAnswer: { en: 'no answer to {command}', ja: '{command} に応答がありません' },
  hardwareError: { en: 'hardware error {code}', ja: 'ハードウェアエラー{code}' },
  commandFailed: {
    en: '{command} failed with status {status}',
    ja: '{command} が失敗しました（ステータス{status}）',
  },
});
