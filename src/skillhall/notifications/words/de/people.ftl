# Menschen und was sie miteinander tun. Nachrichten, deren Name auf -piece endet, sind Teile von anderen.

# Konten

identity-welcome = Willkommen bei { $community }
    .text =
        Dein Konto ist bereit.

        Erzähl den anderen, wer du bist und was du kannst: Ein Profil mit Bild und ein paar Fähigkeiten wird öfter gefunden und bekommt öfter Antwort.
    .action = Profil vervollständigen

identity-password_changed = Dein Passwort wurde geändert
    .text =
        Das Passwort deines Kontos wurde am { $at } geändert. Alle anderen Geräte wurden abgemeldet.

        Wenn du das nicht warst, setze sofort ein neues Passwort und sag dem Team von { $community } Bescheid.

identity-new_sign_in = Neue Anmeldung bei deinem Konto
    .text =
        Jemand, hoffentlich du, hat sich am { $at } { $method ->
            [password] mit deinem Passwort
            [google] über Google
            [github] über GitHub
           *[code] mit einem Code per E-Mail
        } bei deinem Konto angemeldet, und zwar auf einem Gerät, das wir noch nicht kennen.

        Gerät: { $has_device ->
            [yes] { $device }
           *[no] unbekannt
        }
        Adresse: { $has_address ->
            [yes] { $address }
           *[no] unbekannt
        }

        Wenn du das nicht warst, melde dieses Gerät in den Einstellungen ab und ändere dein Passwort.

identity-roles_changed = Deine Rollen haben sich geändert
    .text =
        { $count ->
            [0] Du hast keine Rolle im Team mehr.
            [one] Deine Rolle im Team ist ab jetzt: { $roles }.
           *[other] Deine Rollen im Team sind ab jetzt: { $roles }.
        }

        Wenn du damit nicht gerechnet hast, frag beim Team von { $community } nach.

identity-account_suspended = Dein Konto ist gesperrt
    .text =
        Dein Konto ist gesperrt{ $until ->
            [given] {" "}bis { $ends_at }
           *[open] {""}
        }. Solange kannst du dich nicht anmelden, und was du vereinbart, aber noch nicht begonnen hattest, ist abgesagt.

        { people-reason-piece }

identity-account_banned = Dein Konto wurde von { $community } geschlossen
    .text =
        Dein Konto ist auf Dauer gesperrt. Du kannst dich nicht mehr anmelden, und was du vereinbart, aber noch nicht begonnen hattest, ist abgesagt.

        { people-reason-piece }

identity-account_restored = Dein Konto ist wieder offen
    .text = Du kannst dich wieder anmelden und { $community } wie vorher nutzen. Was inzwischen abgesagt wurde, bleibt abgesagt.

identity-account_closing = Dein Konto wird gelöscht
    .text =
        Du hast dein Konto geschlossen. Es wird mit allem Persönlichen gelöscht, und zwar am { $erase_at }.

        Wenn du es dir anders überlegst, melde dich vorher an, dann bleibt es bestehen.

people-reason-piece = { $reason ->
    [given] Grund: { $reason_text }
   *[none] {""}
}

# Profile, Credits, Fähigkeiten

profiles-verification_decided = { $decision ->
    [approved] Dein Profil ist bestätigt
   *[rejected] Dein Profil ist nicht bestätigt
}
    .text =
        { $decision ->
            [approved] Wir haben geprüft, dass hinter „{ $profile }“ steht, wer es sagt. Andere sehen das ab jetzt auf deinem Profil.
           *[rejected] Wir konnten das Profil „{ $profile }“ nicht bestätigen. Du kannst es mit anderen Unterlagen noch einmal versuchen.
        }

        { people-reason-piece }
    .action = Zu deinem Profil

ledger-gift_given = Geschenk von { $other }: { $price }
    .text = { $other } hat dir etwas geschenkt: { $price }. Du findest das Geschenk in deinem Guthaben.
    .action = Zum Guthaben

ledger-credits_adjusted = { $change ->
    [added] Deinem Guthaben hinzugefügt: { $price }
   *[taken] Von deinem Guthaben abgezogen: { $price }
}
    .text = { $change ->
        [added] Das Team von { $community } hat deinem Guthaben { $price } hinzugefügt.
       *[taken] Das Team von { $community } hat { $price } von deinem Guthaben abgezogen. Wenn du nicht weißt, warum, frag nach.
    }
    .action = Zum Guthaben

skills-proposal_decided = { $decision ->
    [approved] Jetzt im Verzeichnis: { $skill }
    [merged] Schon im Verzeichnis: { $skill }
   *[rejected] Nicht ins Verzeichnis aufgenommen: { $skill }
}
    .text =
        { $decision ->
            [approved] Die von dir vorgeschlagene Fähigkeit „{ $skill }“ steht jetzt im Verzeichnis. Danke.
            [merged] Die von dir vorgeschlagene Fähigkeit „{ $skill }“ gibt es schon als „{ $into }“, deshalb sind die beiden jetzt eins.
           *[rejected] Die von dir vorgeschlagene Fähigkeit „{ $skill }“ wurde nicht ins Verzeichnis aufgenommen.
        }

        { people-reason-piece }
    .action = Fähigkeit ansehen

skills-goal_reached = Ziel erreicht: { $skill }
    .text = Du hast das Ziel erreicht, das du dir bei { $skill } gesetzt hattest. Glückwunsch! Was kommt als Nächstes?
    .action = Nächstes Ziel setzen

skills-member_skill_verified = Deine Fähigkeit ist bestätigt: { $skill }
    .text = Wir haben deine Fähigkeit { $skill } geprüft. Andere sehen auf deinem Profil, dass sie bestätigt ist.
    .action = Zu deinen Fähigkeiten

skills-verification_rejected = Deine Fähigkeit ist nicht bestätigt: { $skill }
    .text =
        Wir konnten deine Fähigkeit { $skill } nicht bestätigen. Du kannst es mit anderen Nachweisen noch einmal versuchen.

        { people-reason-piece }
    .action = Zu deinen Fähigkeiten

# Kontakte und Nachrichten

connections-requested = { $other } möchte sich mit dir vernetzen
    .text = { $other } bittet dich um einen Kontakt. Du entscheidest; von einem Nein erfährt niemand.
    .action = Antworten

connections-accepted = Du bist jetzt mit { $other } vernetzt
    .text = { $other } hat zugesagt: Ihr seid jetzt vernetzt.
    .action = Profil ansehen

connections-followed = { $other } folgt dir
    .text = { $other } folgt dir ab jetzt und sieht, was du veröffentlichst.
    .action = Profil ansehen

messaging-message_received = { $kind ->
    [direct] Neue Nachricht von { $other }
   *[group] Neue Nachricht in „{ $title }“
}
    .text = { $kind ->
        [direct] { $other } hat dir geschrieben.
       *[group] { $other } hat in „{ $title }“ geschrieben.
    }
    .action = Lesen und antworten

# Unterrichtsstunden

learning-lesson-piece = „{ $title }“{ $others ->
    [0] {""}
    [1] {" "}mit { $other }
   *[other] {" "}mit { $others } Lernenden
}
learning-when-piece = Wann: { $starts_at }
learning-held-piece = { $paid ->
    [none] {""}
   *[other] {" "}Dafür zurückgelegt: { $price }.
}
learning-returned-piece = { $paid ->
    [none] {""}
    [money] {" "}Auf dem Weg zurück zu dir: { $price }.
   *[credits] {" "}Dir zurückgegeben: { $price }.
}

learning-session_requested = Stunde angefragt: { $title }
    .text =
        { $reader ->
            [host] { $other } möchte „{ $title }“ buchen.
           *[learner] Deine Anfrage für „{ $title }“ liegt bei { $other }.{ $paid ->
                [none] {""}
               *[other] {" "}Zurückgelegt, bis { $other } antwortet: { $price }.
            }
        }

        { learning-when-piece }
        { $deadline ->
            [given] Bitte antworte bis: { $until }
           *[none] {""}
        }
    .action = { $reader ->
        [host] Anfrage beantworten
       *[learner] Anfrage ansehen
    }

learning-session_scheduled = Stunde bestätigt: { $title }
    .text =
        { learning-lesson-piece } ist bestätigt.

        { learning-when-piece }
    .action = Stunde ansehen

learning-session_declined = Stunde abgelehnt: { $title }
    .text =
        { $other } kann „{ $title }“ am { $starts_at } nicht übernehmen.{ learning-returned-piece }

        { people-reason-piece }
    .action = Stunde ansehen

learning-session_expired = Anfrage abgelaufen: { $title }
    .text = { $group ->
        [yes] Für „{ $title }“ am { $starts_at } hatte niemand einen Platz, deshalb fand die Stunde nicht statt.
       *[no] Die Anfrage für „{ $title }“ am { $starts_at } wurde nicht rechtzeitig beantwortet.{ learning-returned-piece }
    }
    .action = Stunde ansehen

learning-session_cancelled = Stunde abgesagt: { $title }
    .text =
        { learning-lesson-piece } am { $starts_at } ist abgesagt.{ $because ->
            [reclaimed] {" "}Die Zahlung dafür wurde zurückgeholt.
            [suspended] {" "}Eines der Konten ist gesperrt.
            [interrupted] {" "}Nach dem Abbruch wurde kein neuer Termin vereinbart.
           *[other] {""}
        }

        { people-reason-piece }
    .action = Stunde ansehen

learning-session_rescheduled = Stunde verschoben: { $title }
    .text =
        { learning-lesson-piece } wurde verschoben, vorher war sie am { $from_starts_at }.

        Neuer Termin: { $starts_at }

        { $group ->
            [yes] Wenn du dann nicht kannst, darfst du bis zum Beginn kostenlos absagen.
           *[no] {""}
        }
    .action = Stunde ansehen

learning-reschedule_proposed = Anderer Termin vorgeschlagen: { $title }
    .text =
        { $other } möchte „{ $title }“ verschieben, bisher am { $starts_at }.

        Neuer Termin: { $proposed_starts_at }
        Bitte antworte bis: { $until }
    .action = Vorschlag beantworten

learning-reschedule_declined = Stunde nicht verschoben: { $title }
    .text =
        { learning-lesson-piece } wird nicht verschoben.

        { learning-when-piece }
    .action = Stunde ansehen

learning-host_missed_session = Stunde verpasst: { $title }
    .text = { $reader ->
        [host] Du bist am { $starts_at } nicht zu { learning-lesson-piece } gekommen. Was dafür zurückgelegt war, wurde zurückgegeben.
       *[learner] { $other } ist am { $starts_at } nicht zu „{ $title }“ gekommen. Das tut uns leid.{ learning-returned-piece }
    }
    .action = Stunde ansehen

learning-reminder_due = Erinnerung: { $title }
    .text =
        { learning-lesson-piece } beginnt bald.

        { learning-when-piece }
    .action = Stunde ansehen

learning-session_started = Stunde begonnen: { $title }
    .text = { learning-lesson-piece } hat begonnen. Du wirst erwartet.
    .action = Eintreten

learning-session_interrupted = Stunde unterbrochen: { $title }
    .text = { learning-lesson-piece } wurde abgebrochen.{ $deadline ->
        [given] {" "}Bis { $until } könnt ihr einen anderen Termin vereinbaren.
       *[none] {""}
    }
    .action = Neuen Termin vereinbaren

learning-session_completed = Stunde beendet: { $title }
    .text = { learning-lesson-piece } ist vorbei. Sag, wie es war: Eine Bewertung hilft allen, die nach dir kommen.
    .action = Bewertung schreiben

learning-seat_taken = Platz gebucht: { $title }
    .text =
        Du hast einen Platz in { learning-lesson-piece }.{ learning-held-piece }

        { learning-when-piece }
    .action = Stunde ansehen

learning-seat_promoted = Du hast einen Platz: { $title }
    .text =
        In { learning-lesson-piece } wurde ein Platz frei, und er gehört dir.{ learning-held-piece }

        { learning-when-piece }
    .action = Stunde ansehen

learning-seat_offered = Ein Platz ist für dich reserviert: { $title }
    .text =
        In { learning-lesson-piece } wurde ein Platz frei und ist für dich reserviert.{ $paid ->
            [none] {""}
            [money] {" "}Er kostet { $price }, zu zahlen, wenn du ihn nimmst.
           *[credits] {" "}Er kostet { $price }.
        }

        { learning-when-piece }
        { $deadline ->
            [given] Nimm ihn bis: { $until }
           *[none] {""}
        }
    .action = Platz nehmen

learning-seat_left = Kein Platz: { $title }
    .text = { $left_as ->
        [busy] { learning-lesson-piece } wurde auf { $starts_at } verschoben. Da hast du schon etwas anderes vor, deshalb bist du nicht mehr dabei.{ learning-returned-piece }
        [unpaid] Deine Zahlung für { learning-lesson-piece } am { $starts_at } kam nicht rechtzeitig, deshalb ist dein Platz wieder frei. Geld, das noch ankommt, geht zurück.
        [reclaimed] Deine Zahlung für { learning-lesson-piece } am { $starts_at } wurde zurückgeholt, deshalb bist du nicht mehr dabei.
        [lapsed] Du hast den für dich reservierten Platz in { learning-lesson-piece } am { $starts_at } nicht genommen. Er geht an die nächste Person in der Reihe.
       *[unfilled] In { learning-lesson-piece } am { $starts_at } wurde kein Platz für dich frei. Es wurde nichts berechnet.
    }
    .action = Stunde ansehen

learning-seat_settled = Verdient: { $price }
    .text = Für „{ $title }“ an dich gezahlt: { $price }.
    .action = Zum Guthaben

learning-seat_refunded = Zurückgegeben: { $price }
    .text = Für „{ $title }“ an dich zurückgegeben: { $price }.
    .action = Stunde ansehen

learning-material_added = Neues Material: { $title }
    .text = { $other } hat Material zu „{ $title }“ hinzugefügt.
    .action = Material ansehen

learning-recording_added = Neue Aufnahme: { $title }
    .text = { $other } hat eine Aufnahme von „{ $title }“ hinzugefügt.
    .action = Aufnahme ansehen

# Bewertungen

reviews-written = { $other } hat dich bewertet
    .text =
        { $other } hat eine Bewertung { $kind ->
            [session] eurer Stunde
            [booking] eurer Buchung
           *[project] eures Projekts
        } geschrieben. Du kannst sie lesen, sobald du deine geschrieben hast, spätestens am { $reveal_at }.
    .action = Deine Bewertung schreiben

reviews-revealed = { $rating ->
    [one] { $other } hat dir einen Stern gegeben
   *[other] { $other } hat dir { $rating } Sterne gegeben
}
    .text =
        Die Bewertung von { $other } { $kind ->
            [session] zu eurer Stunde
            [booking] zu eurer Buchung
           *[project] zu eurem Projekt
        } ist jetzt öffentlich. Du kannst einmal darauf antworten.
    .action = Bewertung lesen

reviews-answered = { $other } hat auf deine Bewertung geantwortet
    .text =
        { $other } hat auf das geantwortet, was du { $kind ->
            [session] über die Stunde
            [booking] über die Buchung
           *[project] über das Projekt
        } geschrieben hast.
    .action = Antwort lesen

reviews-skill_endorsed = { $other } empfiehlt deine Fähigkeit: { $skill }
    .text = { $other } hat mit dir gearbeitet und empfiehlt deine Fähigkeit { $skill }. Andere sehen das auf deinem Profil.
    .action = Zu deinem Profil
