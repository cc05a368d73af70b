import type { Script } from '@/lib/script/script';

export const STORY: Script = {
  reasoning: `A lighthouse that forgets nothing: so it keeps a log. It should be short, a little salty, and end quietly. The keeper is old, the storm takes the line, and what was said is still there in the morning.`,
  text: `## The lighthouse that forgot nothing

On the outermost rock stood a lighthouse that wrote everything down.

It had not always done so. In the first years the keeper, a woman called **Inga**, had simply called out to the ships: *rocks to the north, deep water by the red buoy, fair wind by noon.* The ships that heard her came home. The ships that were behind a wave at that moment did not hear her, and she never knew which were which.

So one winter she bought a ledger.

> “Say it to the book first,” she told the lamp, “and to the sea second.”

From then on every word went into the ledger, one line below the other, and every line had a number. A ship that lost her voice in the storm had only to signal the last number it had heard. *Forty-one*, blinked the ship. And Inga read on from forty-two, calmly, as if nothing had happened.

### The long night

In the great storm of that year the bell rope tore, the glass broke, and Inga herself fell asleep on the stairs with the pen in her hand. When the apprentice found the light unattended he did not shout, and he did not start over. He looked at the clock, waited for the time that was agreed, drew a line under the last entry, and wrote:

*Here the keeper stopped. From here on it is me.*

Nobody at sea heard a word twice. Nobody missed one.

### The morning

In the morning eleven boats lay in the harbour, and the crew of the smallest came up the rock with bread and smoked fish. They asked for the ledger, and sat on the steps, and read the whole night from the first line to the last: the part they had heard, the part the wind had taken, and the part that had been said while they slept.

“It is longer than I remember,” said the youngest.

“No,” said Inga. “It is exactly as long as it was.”`,
};
