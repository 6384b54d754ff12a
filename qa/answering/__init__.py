"""From hits to an answer: written or quoted, checked sentence by sentence, or refused."""
