import type { Script } from '@/lib/script/script';

export const WEEKEND: Script = {
  reasoning: `A slow weekend: few fixed points, no alarm clock, everything on foot or by tram. Lisbon is steep, so the walks should go downhill and the way up should be a ride. One long lunch, one swim, one sunset, and an escape plan for rain.`,
  text: `## A slow weekend in Lisbon

Two days, five fixed points, and nothing before ten in the morning. The trick of this city is to **ride up and walk down**.

### Saturday: the hills

Start with coffee and a *pastel de nata* in Graça, while the terrace is still yours. Then let the hill do the work:

1. **Miradouro da Senhora do Monte**, for the whole city at one glance
2. **Alfama**, downhill, by whichever lane has laundry hanging over it
3. **Lunch by the river**, grilled sardines, two hours at least
4. **Tram 28 back up**, late, when the queues are gone

> If you get lost in Alfama, you are doing it right. Every lane ends at the water.

### Sunday: the sea

The train from Cais do Sodré follows the river until it turns into the Atlantic. Get off at **Carcavelos**, swim, read, sleep. Be back in Belém for the last light.

| When | Where | What it costs |
| --- | --- | --- |
| 10:00 | Graça, coffee and cake | about 4 € |
| 13:00 | Lunch by the river | 15 to 20 € |
| 16:30 | Train to Carcavelos | 2.40 € |
| 20:15 | Sunset in Belém | nothing |

### If it rains

The tile museum, *Museu Nacional do Azulejo*, sits in an old convent. It is quiet even in August and has a courtyard café where nobody hurries you.

**Pack:** shoes with grip, a thin jacket for the wind, and one book that you do not mind getting sandy.`,
};
