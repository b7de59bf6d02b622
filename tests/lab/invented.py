"""An account that tests/witness/nasty.py invents, brought in snapshot by snapshot.
"""
import os
import re
import shutil

import nasty
import witness


class Invented:
    def __init__(self, lab, program, seed, profile):
        self.lab, self.program, self.name = lab, program, '%s %d' % (profile, seed)
        self.source = lab.new('source')
        nasty.generate(seed, self.source, profile)
        self.stepped = os.path.exists(os.path.join(self.source, 'steps.json'))
        self.steps = witness.steps_of(self.source)

    def new(self):
        """An account without a snapshot."""
        account = self.lab.new('account')
        os.makedirs(os.path.join(account, 'snapshots'))
        if os.path.exists(os.path.join(self.source, 'suppress.txt')):
            shutil.copyfile(os.path.join(self.source, 'suppress.txt'), os.path.join(account, 'suppress.txt'))
        return account

    def bring(self, account, step):
        """One snapshot, with the rules and settings of its time."""
        snapshot, *names = step
        for name, target in zip(names, ('segments.json', 'flowstory.json')):
            there = os.path.join(account, target)
            if name:
                shutil.copyfile(os.path.join(self.source, name), there)
            elif os.path.exists(there):
                os.unlink(there)
        shutil.copytree(os.path.join(self.source, 'snapshots', snapshot), os.path.join(account, 'snapshots', snapshot))

    def accepting(self, run):
        """What run(words) gives, a mass change accepted where the breaker stops one; each once."""
        words = ()
        for _ in self.steps:
            done = run(*words)
            asked = re.search('--accept-mass-change ([0-9TZ]+)', done.err)
            if done.code != 5 or not asked or asked[1] in words:
                break
            words = ('--accept-mass-change', asked[1])
        return done
