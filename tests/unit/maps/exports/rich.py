"""A map that says nearly everything, its texts made to break out of whatever they are put in."""

from __future__ import annotations

from inspector.maps import load_text
from inspector.model.registermap import RegisterMap

HOSTILE = "</script><b>x</b> */ #error out ??/ --> ]]> [a](javascript:x) | `c` \u202e \x9b31m & \\"
"""What ends comments, elements, code and links, and what a terminal obeys."""

RICH = """\
regmap: 1
name: rich
title: "Rich */ <i>map</i> ??/"
desc: "%HOSTILE%"
enums:
  modes: {0: "1/8 full", 1: pull-up, 2: "pull up", 3: "%HOSTILE%"}
blocks:
  dev:
    size: 4K
    title: "%HOSTILE%"
    desc: |
      First paragraph /* with a comment */ in it.

      # Second \\
    registers:
      CTRL:
        offset: 0
        title: "%HOSTILE%"
        desc: "%HOSTILE%"
        danger: "%HOSTILE%"
        fields:
          EN: {bits: 0, desc: "%HOSTILE%"}
          MODE: {bits: 2:1, enum: modes}
          APART: {bits: [31:28, 9:8, 4]}
          LANE: {bits: 17:16, count: 4, stride: 3}
          ODD: {bits: 10, offsets: [0, 1, 4]}
      WIDE:
        offset: 8
        width: 64
        reset: 0x0123456789abcdef
        fields: {LOW: 31:0, TOP: {bits: 63:60, enum: {5: five}}, LANE%s: {bits: 33:32, count: 5}}
      HUGE: {offset: 0x10, width: 128, access_width: 32, reset: 1, fields: {A: 100:3}}
      SMALL: {offset: 0x20, width: 8, reset: 0x80, reset_mask: 0xf0, access: rc}
      RANGE:
        offset: 0x28
        fields:
          R: {bits: 7:0, enum: {0: zero, 4..7: some, 0b0xx10000: masked, default: rest}}
          W: {bits: 9:8, enum: {1: busy}, enum_write: {1: start}}
      VIEW: {offset: 0x30, when: CTRL.EN == 1, fields: {A: 7:0}}
      OTHER: {offset: 0x30, when: CTRL.EN == 0, alt: other, access: w1c, fields: {B: 3:0}}
      CH:
        offset: 0x100
        count: 3
        stride: 0x40
        index: [A, B, spare]
        registers:
          DATA: {offset: 0x4, count: 4, stride: 8, on_read: pop, on_write: push}
          BUF%s: {offset: 0x24, offsets: [0, 0xc, 0x4]}
          PAIR:
            offset: 0x34
            count: 2
            stride: 4
            registers: {X: {offset: 0, width: 16}, Y: {offset: 2, width: 16}}
      MEM: {offset: 0x800, kind: memory, size: 1K, width: 32, desc: "%HOSTILE%"}
regions:
  r: {base: 0x1_2345_6000, size: 8K, instances: {D0: dev, D1: {block: dev, offset: 4K}}}
  bar: {size: 8K, instances: {D0: {block: dev, offset: 4K}}}
"""


def rich_text(hostile: str = HOSTILE) -> str:
    quoted = "".join(
        f"\\{c}" if c in '\\"' else c if c.isprintable() else f"\\u{ord(c):04x}" for c in hostile
    )
    return RICH.replace("%HOSTILE%", quoted)


def rich_map(hostile: str = HOSTILE) -> RegisterMap:
    return load_text(rich_text(hostile), "rich.yaml")
