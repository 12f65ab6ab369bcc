import { expect, test } from 'vitest';
import { graphOf } from '../../../statemachines/graph/graph.ts';
import { mermaidOf } from '../../../statemachines/graph/mermaid.ts';

const machine = {
  Comment: 'Opens a door.',
  StartAt: 'Knock',
  States: {
    Knock: { Type: 'Task', Next: 'Is it "open"?', Catch: [{ ErrorEquals: ['NoDoor'], Next: 'Left' }] },
    'Is it "open"?': { Type: 'Choice', Choices: [{ Condition: '{% $open %}', Next: 'Inside' }], Default: 'Left' },
    Inside: { Type: 'Succeed' },
    Left: { Type: 'Fail' },
  },
};

test('is a flowchart: the happy path thick, errors dotted, endings in their colours, quotes escaped', () => {
  expect(mermaidOf(graphOf(machine)).split('\n').slice(0, 12)).toEqual([
    '%% Opens a door.',
    'flowchart TD',
    '  start(( )) ==> s1',
    '  s1["Knock"]:::task',
    '  s2{{"Is it #quot;open#quot;?"}}:::question',
    '  s3(["Inside"]):::success',
    '  s4(["Left"]):::failure',
    '  s1 ==> s2',
    '  s1 -.->|"NoDoor"| s4',
    '  s2 ==>|"$open"| s3',
    '  s2 -->|"otherwise"| s4',
    '  classDef task fill:#f6f8fa,stroke:#57606a,color:#1f2328',
  ]);
});
