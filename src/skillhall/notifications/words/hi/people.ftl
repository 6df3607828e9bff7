# लोग और उनका आपसी व्यवहार। जिन संदेशों का नाम -piece पर समाप्त होता है, वे दूसरे संदेशों के अंश हैं।

# खाते

identity-welcome = { $community } में आपका स्वागत है
    .text =
        आपका खाता तैयार है।

        दूसरों को बताइए कि आप कौन हैं और क्या कर सकते हैं: तस्वीर और कुछ कौशलों वाली प्रोफ़ाइल ज़्यादा बार मिलती है और उसे ज़्यादा जवाब मिलते हैं।
    .action = अपनी प्रोफ़ाइल पूरी करें

identity-password_changed = आपका पासवर्ड बदला गया
    .text =
        आपके खाते का पासवर्ड { $at } को बदला गया। बाकी सभी डिवाइस साइन आउट कर दिए गए हैं।

        अगर यह आपने नहीं किया, तो तुरंत नया पासवर्ड चुनें और { $community } की टीम को बताएँ।

identity-new_sign_in = आपके खाते में नया साइन-इन
    .text =
        किसी ने, उम्मीद है आपने ही, { $at } को आपके खाते में { $method ->
            [password] आपके पासवर्ड से
            [google] Google के ज़रिए
            [github] GitHub के ज़रिए
           *[code] मेल पर भेजे गए कोड से
        } एक ऐसे डिवाइस पर साइन इन किया, जिसे हमने पहले नहीं देखा।

        डिवाइस: { $has_device ->
            [yes] { $device }
           *[no] अज्ञात
        }
        पता: { $has_address ->
            [yes] { $address }
           *[no] अज्ञात
        }

        अगर यह आप नहीं थे, तो सेटिंग में उस डिवाइस को साइन आउट करें और अपना पासवर्ड बदलें।

identity-roles_changed = आपकी भूमिकाएँ बदल गई हैं
    .text =
        { $count ->
            [0] अब टीम में आपकी कोई भूमिका नहीं है।
            [one] अब से टीम में आपकी भूमिका: { $roles }।
           *[other] अब से टीम में आपकी भूमिकाएँ: { $roles }।
        }

        अगर आपको इसकी उम्मीद नहीं थी, तो { $community } की टीम से पूछें।

identity-account_suspended = आपका खाता निलंबित है
    .text =
        आपका खाता { $until ->
            [given] { $ends_at } तक{" "}
           *[open] {""}
        }निलंबित है। तब तक आप साइन इन नहीं कर सकते, और जो तय हुआ था पर शुरू नहीं हुआ, वह रद्द कर दिया गया है।

        { people-reason-piece }

identity-account_banned = { $community } ने आपका खाता बंद कर दिया है
    .text =
        आपके खाते पर स्थायी रोक लगा दी गई है। अब आप साइन इन नहीं कर सकते, और जो तय हुआ था पर शुरू नहीं हुआ, वह रद्द कर दिया गया है।

        { people-reason-piece }

identity-account_restored = आपका खाता फिर से खुल गया है
    .text = अब आप फिर से साइन इन कर सकते हैं और { $community } का पहले की तरह उपयोग कर सकते हैं। इस बीच जो रद्द हुआ, वह रद्द ही रहेगा।

identity-account_closing = आपका खाता मिटा दिया जाएगा
    .text =
        आपने अपना खाता बंद कर दिया है। इसे और इसकी सारी निजी जानकारी को { $erase_at } को मिटा दिया जाएगा।

        अगर आपका मन बदल जाए, तो उससे पहले साइन इन कर लें, खाता बना रहेगा।

people-reason-piece = { $reason ->
    [given] कारण: { $reason_text }
   *[none] {""}
}

# प्रोफ़ाइल, क्रेडिट, कौशल

profiles-verification_decided = { $decision ->
    [approved] आपकी प्रोफ़ाइल सत्यापित हो गई है
   *[rejected] आपकी प्रोफ़ाइल सत्यापित नहीं हो सकी
}
    .text =
        { $decision ->
            [approved] हमने जाँच लिया है कि “{ $profile }” की पहचान सही है। अब से दूसरे लोग इसे आपकी प्रोफ़ाइल पर देख सकते हैं।
           *[rejected] हम “{ $profile }” प्रोफ़ाइल को सत्यापित नहीं कर सके। आप दूसरे दस्तावेज़ों के साथ फिर से अनुरोध कर सकते हैं।
        }

        { people-reason-piece }
    .action = अपनी प्रोफ़ाइल खोलें

ledger-gift_given = { $other } की ओर से उपहार: { $price }
    .text = { $other } ने आपको उपहार दिया है: { $price }। यह उपहार आपके वॉलेट में है।
    .action = अपना वॉलेट खोलें

ledger-credits_adjusted = { $change ->
    [added] आपके वॉलेट में जोड़े गए: { $price }
   *[taken] आपके वॉलेट से घटाए गए: { $price }
}
    .text = { $change ->
        [added] { $community } की टीम ने आपके वॉलेट में { $price } जोड़े हैं।
       *[taken] { $community } की टीम ने आपके वॉलेट से { $price } घटाए हैं। अगर आपको कारण पता नहीं है, तो पूछ लें।
    }
    .action = अपना वॉलेट खोलें

skills-proposal_decided = { $decision ->
    [approved] अब सूची में है: { $skill }
    [merged] पहले से सूची में है: { $skill }
   *[rejected] सूची में शामिल नहीं हुआ: { $skill }
}
    .text =
        { $decision ->
            [approved] आपका सुझाया कौशल “{ $skill }” अब सूची में है। धन्यवाद।
            [merged] आपका सुझाया कौशल “{ $skill }” सूची में “{ $into }” के नाम से है, इसलिए अब दोनों एक ही हैं।
           *[rejected] आपका सुझाया कौशल “{ $skill }” सूची में शामिल नहीं किया गया।
        }

        { people-reason-piece }
    .action = कौशल देखें

skills-goal_reached = लक्ष्य पूरा हुआ: { $skill }
    .text = { $skill } में आपने जो लक्ष्य रखा था, वह पूरा हो गया। बहुत बढ़िया! अब आगे क्या?
    .action = अगला लक्ष्य तय करें

skills-member_skill_verified = आपका कौशल सत्यापित हो गया: { $skill }
    .text = हमने आपके कौशल { $skill } की जाँच कर ली है। दूसरे लोग आपकी प्रोफ़ाइल पर देख सकते हैं कि इसकी पुष्टि हो चुकी है।
    .action = अपने कौशल खोलें

skills-verification_rejected = आपका कौशल सत्यापित नहीं हुआ: { $skill }
    .text =
        हम आपके कौशल { $skill } की पुष्टि नहीं कर सके। आप दूसरे प्रमाणों के साथ फिर से अनुरोध कर सकते हैं।

        { people-reason-piece }
    .action = अपने कौशल खोलें

# संपर्क और संदेश

connections-requested = { $other } आपसे जुड़ना चाहते हैं
    .text = { $other } ने आपसे जुड़ने का अनुरोध किया है। फ़ैसला आपका है; मना करने पर किसी को बताया नहीं जाता।
    .action = जवाब दें

connections-accepted = अब आप { $other } से जुड़े हैं
    .text = { $other } ने आपका अनुरोध स्वीकार कर लिया है: अब आप दोनों जुड़े हुए हैं।
    .action = प्रोफ़ाइल खोलें

connections-followed = { $other } आपको फ़ॉलो कर रहे हैं
    .text = { $other } अब से आपको फ़ॉलो कर रहे हैं और आप जो प्रकाशित करेंगे, वह देखेंगे।
    .action = प्रोफ़ाइल खोलें

messaging-message_received = { $kind ->
    [direct] { $other } का नया संदेश
   *[group] “{ $title }” में नया संदेश
}
    .text = { $kind ->
        [direct] { $other } ने आपको संदेश लिखा है।
       *[group] { $other } ने “{ $title }” में संदेश लिखा है।
    }
    .action = पढ़ें और जवाब दें

# कक्षाएँ

learning-lesson-piece = { $others ->
    [0] {""}
    [1] { $other } के साथ{" "}
   *[other] { $others } शिक्षार्थियों के साथ{" "}
}“{ $title }”
learning-when-piece = समय: { $starts_at }
learning-held-piece = { $paid ->
    [none] {""}
   *[other] {" "}इसके लिए अलग रखी गई राशि: { $price }।
}
learning-returned-piece = { $paid ->
    [none] {""}
    [money] {" "}आपको वापस भेजी जा रही राशि: { $price }।
   *[credits] {" "}आपको लौटाए गए: { $price }।
}

learning-session_requested = कक्षा का अनुरोध: { $title }
    .text =
        { $reader ->
            [host] { $other } “{ $title }” बुक करना चाहते हैं।
           *[learner] “{ $title }” के लिए आपका अनुरोध { $other } के पास है।{ $paid ->
                [none] {""}
               *[other] {" "}{ $other } के जवाब तक अलग रखी गई राशि: { $price }।
            }
        }

        { learning-when-piece }
        { $deadline ->
            [given] कृपया इस समय तक जवाब दें: { $until }
           *[none] {""}
        }
    .action = { $reader ->
        [host] अनुरोध का जवाब दें
       *[learner] अनुरोध खोलें
    }

learning-session_scheduled = कक्षा पक्की हुई: { $title }
    .text =
        { learning-lesson-piece } की कक्षा पक्की हो गई है।

        { learning-when-piece }
    .action = कक्षा खोलें

learning-session_declined = कक्षा अस्वीकार हुई: { $title }
    .text =
        { $other } { $starts_at } को “{ $title }” नहीं ले सकते।{ learning-returned-piece }

        { people-reason-piece }
    .action = कक्षा खोलें

learning-session_expired = कक्षा का अनुरोध समाप्त हुआ: { $title }
    .text = { $group ->
        [yes] { $starts_at } को “{ $title }” में किसी की सीट नहीं थी, इसलिए कक्षा नहीं हुई।
       *[no] { $starts_at } को “{ $title }” के अनुरोध का समय पर जवाब नहीं मिला।{ learning-returned-piece }
    }
    .action = कक्षा खोलें

learning-session_cancelled = कक्षा रद्द हुई: { $title }
    .text =
        { $starts_at } को { learning-lesson-piece } की कक्षा रद्द हो गई है।{ $because ->
            [reclaimed] {" "}इसका भुगतान वापस ले लिया गया।
            [suspended] {" "}इनमें से एक खाता निलंबित है।
            [interrupted] {" "}बीच में टूटने के बाद कोई नया समय तय नहीं हुआ।
           *[other] {""}
        }

        { people-reason-piece }
    .action = कक्षा खोलें

learning-session_rescheduled = कक्षा का समय बदला: { $title }
    .text =
        { learning-lesson-piece } की कक्षा पहले { $from_starts_at } को थी, उसका समय बदल गया है।

        नया समय: { $starts_at }

        { $group ->
            [yes] अगर आप तब नहीं आ सकते, तो शुरू होने तक बिना किसी शुल्क के सीट छोड़ सकते हैं।
           *[no] {""}
        }
    .action = कक्षा खोलें

learning-reschedule_proposed = दूसरे समय का प्रस्ताव: { $title }
    .text =
        { $other } “{ $title }” का समय बदलना चाहते हैं, जो अभी { $starts_at } को है।

        नया समय: { $proposed_starts_at }
        कृपया इस समय तक जवाब दें: { $until }
    .action = प्रस्ताव का जवाब दें

learning-reschedule_declined = कक्षा का समय नहीं बदला: { $title }
    .text =
        { learning-lesson-piece } की कक्षा अपने पुराने समय पर ही होगी।

        { learning-when-piece }
    .action = कक्षा खोलें

learning-host_missed_session = कक्षा छूट गई: { $title }
    .text = { $reader ->
        [host] आप { $starts_at } को { learning-lesson-piece } की कक्षा में नहीं आए। शिक्षार्थी की अलग रखी गई राशि लौटा दी गई है।
       *[learner] { $other } { $starts_at } को “{ $title }” में नहीं आए। हमें खेद है।{ learning-returned-piece }
    }
    .action = कक्षा खोलें

learning-reminder_due = याद रखें: { $title }
    .text =
        { learning-lesson-piece } की कक्षा जल्द शुरू होने वाली है।

        { learning-when-piece }
    .action = कक्षा खोलें

learning-session_started = कक्षा शुरू हुई: { $title }
    .text = { learning-lesson-piece } की कक्षा शुरू हो गई है। आपका इंतज़ार हो रहा है।
    .action = कक्षा में आएँ

learning-session_interrupted = कक्षा बीच में रुकी: { $title }
    .text = { learning-lesson-piece } की कक्षा बीच में टूट गई।{ $deadline ->
        [given] {" "}{ $until } तक आप कोई दूसरा समय तय कर सकते हैं।
       *[none] {""}
    }
    .action = दूसरा समय तय करें

learning-session_completed = कक्षा पूरी हुई: { $title }
    .text = { learning-lesson-piece } की कक्षा पूरी हो गई है। बताइए, कैसी रही: आपकी समीक्षा बाद में आने वाले सभी लोगों की मदद करती है।
    .action = समीक्षा लिखें

learning-seat_taken = सीट मिल गई: { $title }
    .text =
        { learning-lesson-piece } में आपकी एक सीट है।{ learning-held-piece }

        { learning-when-piece }
    .action = कक्षा खोलें

learning-seat_promoted = अब आपके पास सीट है: { $title }
    .text =
        { learning-lesson-piece } में एक सीट खाली हुई और वह अब आपकी है।{ learning-held-piece }

        { learning-when-piece }
    .action = कक्षा खोलें

learning-seat_offered = आपके लिए एक सीट रखी गई है: { $title }
    .text =
        { learning-lesson-piece } में एक सीट खाली हुई और आपके लिए रखी गई है।{ $paid ->
            [none] {""}
            [money] {" "}इसका मूल्य { $price } है, जो सीट लेते समय देना होगा।
           *[credits] {" "}इसका मूल्य { $price } है।
        }

        { learning-when-piece }
        { $deadline ->
            [given] इस समय तक सीट ले लें: { $until }
           *[none] {""}
        }
    .action = सीट लें

learning-seat_left = सीट नहीं रही: { $title }
    .text = { $left_as ->
        [busy] { learning-lesson-piece } की कक्षा अब { $starts_at } को होगी, जब आप कहीं और व्यस्त हैं, इसलिए आप अब इसमें नहीं हैं।{ learning-returned-piece }
        [unpaid] { $starts_at } को { learning-lesson-piece } की कक्षा का आपका भुगतान समय पर नहीं आया, इसलिए आपकी जगह फिर से खाली है। जो पैसा अब भी आएगा, वह लौटा दिया जाएगा।
        [reclaimed] { $starts_at } को { learning-lesson-piece } की कक्षा का आपका भुगतान वापस ले लिया गया, इसलिए आप अब इसमें नहीं हैं।
        [lapsed] { $starts_at } को { learning-lesson-piece } की कक्षा में आपके लिए रखी गई सीट आपने नहीं ली। वह कतार में अगले व्यक्ति को मिलेगी।
       *[unfilled] { $starts_at } को { learning-lesson-piece } की कक्षा में आपके लिए कोई सीट खाली नहीं हुई। आपसे कुछ नहीं लिया गया।
    }
    .action = कक्षा खोलें

learning-seat_settled = आपकी कमाई: { $price }
    .text = “{ $title }” के लिए आपको दी गई राशि: { $price }।
    .action = अपना वॉलेट खोलें

learning-seat_refunded = वापसी: { $price }
    .text = “{ $title }” के लिए आपको लौटाई गई राशि: { $price }।
    .action = कक्षा खोलें

learning-material_added = नई सामग्री: { $title }
    .text = { $other } ने “{ $title }” में सामग्री जोड़ी है।
    .action = सामग्री देखें

learning-recording_added = नई रिकॉर्डिंग: { $title }
    .text = { $other } ने “{ $title }” की रिकॉर्डिंग जोड़ी है।
    .action = रिकॉर्डिंग देखें

# समीक्षाएँ

reviews-written = { $other } ने आपकी समीक्षा लिखी है
    .text =
        { $other } ने { $kind ->
            [session] आपकी कक्षा
            [booking] आपकी बुकिंग
           *[project] आपके प्रोजेक्ट
        } की समीक्षा लिखी है। अपनी समीक्षा लिखते ही आप इसे पढ़ सकेंगे, और { $reveal_at } को हर हाल में।
    .action = अपनी समीक्षा लिखें

reviews-revealed = { $rating ->
    [one] { $other } ने आपको { $rating } सितारा दिया
   *[other] { $other } ने आपको { $rating } सितारे दिए
}
    .text =
        { $kind ->
            [session] आपकी कक्षा
            [booking] आपकी बुकिंग
           *[project] आपके प्रोजेक्ट
        } पर { $other } की समीक्षा अब सबको दिखती है। आप एक बार इसका जवाब दे सकते हैं।
    .action = समीक्षा पढ़ें

reviews-answered = { $other } ने आपकी समीक्षा का जवाब दिया
    .text =
        { $kind ->
            [session] कक्षा के बारे में
            [booking] बुकिंग के बारे में
           *[project] प्रोजेक्ट के बारे में
        } आपने जो लिखा था, { $other } ने उसका जवाब दिया है।
    .action = जवाब पढ़ें

reviews-skill_endorsed = { $other } आपके कौशल का समर्थन करते हैं: { $skill }
    .text = { $other } ने आपके साथ काम किया है और आपके कौशल { $skill } का समर्थन करते हैं। दूसरे लोग इसे आपकी प्रोफ़ाइल पर देख सकते हैं।
    .action = अपनी प्रोफ़ाइल खोलें
