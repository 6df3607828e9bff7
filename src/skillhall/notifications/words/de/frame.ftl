# Beträge
amount-credits = { $count ->
    [one] { $count } Guthabenpunkt
   *[other] { $count } Guthabenpunkte
}

# Der Rahmen der E-Mails
mail-hello = Hallo { $name },
mail-hello-nobody = Hallo,
mail-open = In { $community } öffnen
mail-link = Einzelheiten: { $link }
mail-sent-by = Diese Nachricht kommt von { $community }.
mail-why = Warum du das bekommst: { $reason }
mail-preferences = Wähle, was wir dir mitteilen und wie
mail-unsubscribe = Keine E-Mails dieser Art mehr

# Zusammenfassungen
digest-subject = { $count ->
    [one] Eine Neuigkeit von { $community }
   *[other] { $count } Neuigkeiten von { $community }
}
digest-intro-hourly = Das ist in der letzten Stunde geschehen:
digest-intro-daily = Das ist seit gestern geschehen:
digest-intro-weekly = Das ist in dieser Woche geschehen:
digest-more = { $count ->
    [one] Und eine weitere in deinem Posteingang.
   *[other] Und { $count } weitere in deinem Posteingang.
}
digest-push-text = { $count ->
    [one] Eine Benachrichtigung wartet auf dich.
   *[other] { $count } Benachrichtigungen warten auf dich.
}
digest-open = Meinen Posteingang öffnen

# Seiten hinter den Links der E-Mails
unsubscribe-title = Keine E-Mails dieser Art mehr?
unsubscribe-text = Du bekommst dann keine E-Mails der Art „{ $kind }“ mehr. Im Posteingang siehst du sie weiterhin.
unsubscribe-button = Abbestellen
unsubscribe-done-title = Abbestellt
unsubscribe-done-text = Du bekommst keine E-Mails dieser Art mehr. In deinen Einstellungen kannst du sie wieder einschalten.
link-gone-title = Dieser Link gilt nicht mehr
link-gone-text = Vielleicht ist er zu alt. Melde dich an, um zu ändern, was wir dir mitteilen.

# Wie die Bereiche heißen
category-security = Sicherheit
category-account = Dein Konto
category-lessons = Unterricht
category-work = Projekte und Arbeit
category-money = Zahlungen und Guthaben
category-messages = Nachrichten
category-community = Gemeinschaft
category-announcements = Ankündigungen

# Warum bekomme ich das?
why-host = Du gibst diesen Unterricht.
why-learner = Du hast einen Platz in diesem Unterricht oder hast darum gebeten.
why-owner = Dieses Projekt gehört dir.
why-client = Du bist Auftraggeber.
why-worker = Du machst diese Arbeit oder hast sie angeboten.
why-payer = Du hast bezahlt.
why-payee = Das Geld ist für dich.
why-staff = Du entscheidest hier über Geld.
why-member = Es betrifft dein Konto.
why-account = Es betrifft dein Konto.
why-participant = Du nimmst an dieser Unterhaltung teil.
why-side = Du bist eine der beiden Seiten.
why-skill_match = Du hast eine Fähigkeit, die dieses Projekt braucht.
why-connection = Ihr seid verbunden, oder du wurdest darum gebeten.
why-follower = Du folgst dieser Person.
why-reviewed = Die Bewertung handelt von dir.
why-reviewer = Du hast diese Bewertung geschrieben.
why-invited = Du wurdest eingeladen.
why-team = Du arbeitest an diesem Projekt mit.
why-subscriber = Du hast diesen Tarif.
why-audience = Das Team dieser Gemeinschaft hat es an Mitglieder wie dich geschickt.
why-recipient = Das Team dieser Gemeinschaft hat es dir geschickt.
why-addressee = Ein anderes Mitglied hat das getan, und es ist für dich.
why-other = Etwas, das dich betrifft, hat sich geändert.
