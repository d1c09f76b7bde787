"""Verbs of events, in the form that follows "will": data for telling two events from one."""

from forecast.drafting.lint.english import listed

#: Hardly ever nouns.
CLEAR_VERBS = "|".join(
    listed("""
    be become have invade leave join resign win lose ratify impose approve adopt withdraw
    announce reach exceed enter declare recogni[sz]e deploy seize annex retake recapture
    collapse begin remain stay arrest indict convict die overtake surpass qualify appoint
    nominate elect dissolve suspend revoke repeal extradite expel accept reject agree negotiate
    resume attend meet repay send buy sell acquire publish receive introduce enact abolish
    abandon achieve apologi[sz]e bombard conquer destroy eliminate evacuate execute ignore
    occupy reinstate relocate replace retain surrender survive unveil cede cease provide give
    intervene participate allow let comply respond retaliate recover grow happen occur appear
    arrive deliver apply speak testify concede compete produce contest carry keep lead make
    offer raid prosecute
    """)
)
#: Nouns or adjectives as well: they count where an object follows.
VERBS_OR_NOUNS = "|".join(
    listed("""
    cut ban pass sign supply hold fall rise veto visit launch test land default pay increase
    decrease strike stop end close open move block change charge claim control cross cover deal
    extend face fire form halt hike fine file name order place plan report request result
    sanction seek set show sue support vote return lower raise attack grant start free release
    finish pardon defeat kill lift take retire
    """)
)
